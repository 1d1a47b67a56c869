#include "privacy/sealed_file.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/files.h"
#include "base/random.h"

namespace cineloom::privacy {
namespace {

namespace fs = std::filesystem;

constexpr PassphraseCost kCheap{.passes = 1, .memory_bytes = 8192};

class SealedFileTest : public ::testing::Test {
 protected:
  static KeySource key(char letter = 'k') { return {.secret = std::string(MasterKey::kSize, letter), .is_passphrase = false}; }
  fs::path place(const std::string& name) { return folder_.path() / name; }
  std::string seal(const std::string& content, const KeySource& source) {
    fs::remove(place("sealed"));
    EXPECT_TRUE(write_file(place("plain"), content));
    const auto sealed = seal_file(place("plain"), place("sealed"), source, CancelToken(), kCheap);
    EXPECT_TRUE(sealed) << sealed.error().describe();
    return *read_file(place("sealed"));
  }
  Expected<std::string> open(const std::string& bytes, const KeySource& source) {
    fs::remove(place("opened"));
    std::ofstream(place("changed"), std::ios::binary) << bytes;
    CINELOOM_TRY(open_sealed_file(place("changed"), place("opened"), source, CancelToken()));
    return read_file(place("opened"));
  }

  TemporaryFolder folder_ = *TemporaryFolder::create();
};

TEST_F(SealedFileTest, GivesBackWhatWasSealedWhateverItsLength) {
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 200000U}) {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 256);
    const std::string sealed = seal(content, key());
    EXPECT_TRUE(is_sealed(place("sealed")));
    EXPECT_EQ(*open(sealed, key()), content) << size;
  }
}

TEST_F(SealedFileTest, ShowsNothingOfWhatItHolds) {
  const std::string marker = "mk0815-4f1d9c";
  std::string content;
  for (int i = 0; i < 20'000; ++i) content += marker;
  EXPECT_FALSE(seal(content, key()).contains(marker.substr(0, 6)));
}

TEST_F(SealedFileTest, EveryChangedBitAndEveryCutIsNoticed) {
  const std::string sealed = seal("the end", key());
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = sealed;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      ASSERT_FALSE(open(changed, key())) << at << " " << bit;
      ASSERT_FALSE(fs::exists(place("opened")));
      ASSERT_FALSE(fs::exists(place("opened.partial")));
    }
    ASSERT_FALSE(open(sealed.substr(0, at), key())) << at;
  }
  EXPECT_FALSE(open(sealed + "x", key()));
}

TEST_F(SealedFileTest, PiecesCannotBeLeftOutSwappedOrRepeated) {
  constexpr std::size_t kHead = 42 + 24;
  constexpr std::size_t kSealedPiece = 65536 + 17;
  const std::string sealed = seal(std::string(3 * 65536 + 10, 'a'), key());
  const auto piece = [&](std::size_t number) { return sealed.substr(kHead + number * kSealedPiece, kSealedPiece); };
  const std::string head = sealed.substr(0, kHead);
  EXPECT_TRUE(open(head + piece(0) + piece(1) + piece(2) + piece(3), key()));
  EXPECT_FALSE(open(head + piece(1) + piece(0) + piece(2) + piece(3), key()));
  EXPECT_FALSE(open(head + piece(0) + piece(2) + piece(3), key()));
  EXPECT_FALSE(open(head + piece(0) + piece(0) + piece(1) + piece(2) + piece(3), key()));
  EXPECT_FALSE(open(head + piece(0) + piece(1), key()));
  const std::string other = seal(std::string(3 * 65536 + 10, 'a'), key());
  EXPECT_FALSE(open(head + piece(0) + other.substr(kHead + kSealedPiece), key()));
}

TEST_F(SealedFileTest, OnlyItsOwnKeyOrPassphraseOpensIt) {
  const std::string by_key = seal("words", key());
  EXPECT_EQ(open(by_key, key('l')).error().code(), ErrorCode::DataLoss);
  const KeySource passphrase{.secret = "correct horse", .is_passphrase = true};
  EXPECT_EQ(open(by_key, passphrase).error().code(), ErrorCode::InvalidArgument);
  const std::string by_passphrase = seal("words", passphrase);
  EXPECT_EQ(*open(by_passphrase, passphrase), "words");
  EXPECT_EQ(open(by_passphrase, {.secret = "correct house", .is_passphrase = true}).error().code(), ErrorCode::DataLoss);
}

TEST_F(SealedFileTest, APassphraseThatWouldTakeAllMemoryIsRefused) {
  std::string hostile = seal("words", {.secret = "correct horse", .is_passphrase = true});
  hostile[34 + 4] = '\x7F';  // some hundred gigabytes
  const auto opened = open(hostile, {.secret = "correct horse", .is_passphrase = true});
  EXPECT_EQ(opened.error().code(), ErrorCode::InvalidArgument);
}

TEST_F(SealedFileTest, KeysLieInFilesThatNobodyElseMayRead) {
  const fs::path file = place("key");
  ASSERT_TRUE(make_key_file(file));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(read_key({.file = file})->secret.size(), MasterKey::kSize);
  EXPECT_EQ(make_key_file(file).error().code(), ErrorCode::Conflict);
  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(read_key({.file = file}).error().code(), ErrorCode::InvalidArgument);
}

TEST_F(SealedFileTest, WhatIsNoKeyIsNamed) {
  EXPECT_EQ(read_key({}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(read_key({.file = place("none")}).error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(write_file(place("short"), "abcd\n"));
  fs::permissions(place("short"), fs::perms::owner_read);
  EXPECT_EQ(read_key({.file = place("short")}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(read_key({.passphrase_file = place("short")})->secret, "abcd");
  EXPECT_EQ(read_key({.credential = "../key"}).error().code(), ErrorCode::NotFound);
}

TEST_F(SealedFileTest, AnOrdinaryFileIsNotTakenForASealedOne) {
  ASSERT_TRUE(write_file(place("plain"), std::string(500, 'x')));
  EXPECT_FALSE(is_sealed(place("plain")));
  EXPECT_FALSE(is_sealed(place("none")));
  EXPECT_EQ(open(std::string(500, 'x'), key()).error().code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace cineloom::privacy
