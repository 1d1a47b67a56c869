#include "base/sha256.h"

#include <gtest/gtest.h>

namespace cineloom {
namespace {

std::string hash_of(std::string_view text, std::size_t piece) {
  Sha256 hash;
  for (std::size_t at = 0; at < text.size(); at += piece) hash.add(text.substr(at, piece));
  return std::move(hash).finish();
}

TEST(Sha256, GivesThePublishedValues) {
  EXPECT_EQ(hash_of("", 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash_of("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, DoesNotCareHowBytesCome) {
  const std::string text(1000, 'a');
  for (const std::size_t piece : {1UZ, 7UZ, 55UZ, 56UZ, 63UZ, 64UZ, 65UZ, 1000UZ}) EXPECT_EQ(hash_of(text, piece), hash_of(text, 1000));
}

}  // namespace
}  // namespace cineloom
