#include "llm/gguf.h"

#include <gmock/gmock.h>

#include <cstring>

#include "base/files.h"
#include "base/random.h"
#include "llm/gguf_writer.h"

namespace cineloom::llm {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

std::string model_bytes() {
  static const std::string kBytes = [] {
    auto folder = TemporaryFolder::create();
    EXPECT_TRUE(folder);
    EXPECT_TRUE(write_random_llama(folder->path() / "tiny.gguf", {}, WeightType::F32, 1));
    auto bytes = read_file(folder->path() / "tiny.gguf");
    EXPECT_TRUE(bytes);
    return *std::move(bytes);
  }();
  return kBytes;
}

Expected<GgufHeader> read(const std::string& bytes) { return read_gguf_header(bytes, bytes.size()); }

/// The bytes with the first place of `from` overwritten.
std::string with(std::string_view from, std::string_view to) {
  std::string bytes = model_bytes();
  const auto at = bytes.find(from);
  EXPECT_NE(at, std::string::npos);
  bytes.replace(at, to.size(), to);
  return bytes;
}

TEST(Gguf, AHeaderSaysWhatTheModelIs) {
  const auto header = read(model_bytes());
  ASSERT_TRUE(header) << header.error().describe();
  EXPECT_EQ(header->architecture, "llama");
  EXPECT_EQ(header->of_architecture("block_count"), 2U);
  EXPECT_EQ(header->vocabulary, 320U);
  EXPECT_EQ(header->tensors.size(), 3U + 2U * 9U);
  EXPECT_EQ(header->cache_bytes(100), 100U * 2 * 64 * 2 * 2);
}

TEST(Gguf, WhatContradictsItselfIsNamed) {
  struct Case {
    std::string bytes;
    std::string word;
  };
  std::string many = model_bytes();
  many[10] = '\x7f';
  std::string versions = model_bytes();
  versions[4] = 9;
  const std::vector<Case> cases = {{"not a model at all, really", "GGUF"},
                                   {many, "tensors"},
                                   {versions, "version"},
                                   {with("word300", "word299"), "twice"},
                                   {with("token_embd.weight", "token_emb_.weight"), "token_embd"},
                                   {with("blk.1.attn_q", "blk.9.attn_q"), "layer"},
                                   {with("\x05\x00\x00\x00\x00\x00\x00\x00llama"s, "\x05\x00\x00\x00\x00\x00\x00\x00mamba"s), "mamba"},
                                   {model_bytes().substr(0, model_bytes().size() - 4), "cut off"}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto header = read(cases[i].bytes);
    ASSERT_FALSE(header) << i;
    EXPECT_THAT(header.error().describe(), HasSubstr(cases[i].word)) << i;
  }
}

TEST(Gguf, AHeaderThatGoesOnBehindTheBytesAsksForMore) {
  const std::string bytes = model_bytes();
  const auto header = read_gguf_header(std::string_view(bytes).substr(0, 3000), bytes.size());
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code(), ErrorCode::ResourceExhausted);
}

TEST(Gguf, TenThousandBrokenHeadersAreErrorsOrReadAsModels) {
  const std::string good = model_bytes().substr(0, 20'000);
  Random random(11);
  int refused = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes = good;
    const auto changes = 1 + random.below(4);
    for (std::uint64_t i = 0; i < changes; ++i) bytes[random.below(bytes.size())] = static_cast<char>(random());
    refused += read_gguf_header(bytes, model_bytes().size()) ? 0 : 1;
  }
  EXPECT_GT(refused, 3000);
}

}  // namespace
}  // namespace cineloom::llm
