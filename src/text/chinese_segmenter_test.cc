#include "text/chinese_segmenter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "text/segmenter_training.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;

std::string small_model() {
  const std::vector<std::string> lines = {"我 喜欢 电影 。", "电影 很 好看 ， 我们 喜欢 。", "他 看 电影 ， 我 看 书 。", "我们 看 书 。",
                                          "书 很 好 ， 电影 不 好 。"};
  Progress progress;
  return *train_segmenter(lines, {}, {.sweeps = 20, .least_pairs = 1, .least_arounds = 1}, progress, CancelToken());
}

std::vector<std::string> words(const ChineseSegmenter& segmenter, std::string_view text, const Gazetteer* gazetteer = nullptr) {
  std::vector<std::string> found;
  for (const Span& span : segmenter.segment(text, gazetteer)) found.emplace_back(text.substr(span.begin, span.end - span.begin));
  return found;
}

TEST(ChineseSegmenter, LearnsWordsFromLines) {
  const auto segmenter = ChineseSegmenter::load(small_model());
  ASSERT_TRUE(segmenter) << segmenter.error().describe();
  EXPECT_THAT(words(*segmenter, "我们喜欢电影。"), ElementsAre("我们", "喜欢", "电影", "。"));
  EXPECT_THAT(words(*segmenter, "我 看书"), ElementsAre("我", "看", "书"));
  EXPECT_THAT(words(*segmenter, ""), ElementsAre());
}

TEST(ChineseSegmenter, KeepsNamesOfTheQuestionWhole) {
  const auto segmenter = *ChineseSegmenter::load(small_model());
  Gazetteer gazetteer;
  gazetteer.add("看电影");
  gazetteer.add("薄熙来");
  gazetteer.add("短");
  EXPECT_THAT(words(segmenter, "我看电影", &gazetteer), ElementsAre("我", "看电影"));
  EXPECT_THAT(words(segmenter, "薄熙来看书", &gazetteer), ElementsAre("薄熙来", "看", "书"));
  EXPECT_THAT(words(segmenter, "我看电影"), ElementsAre("我", "看", "电影"));
}

TEST(ChineseSegmenter, PutsEveryCharacterIntoOneWord) {
  const auto segmenter = *ChineseSegmenter::load(small_model());
  Random random(3);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (std::uint64_t i = random.below(40); i > 0; --i) {
      if (random.below(3) == 0) text += static_cast<char>(random.below(256));
      else text += std::vector<std::string>{"我", "看", "电影", "😀", " ", "A1"}[random.below(6)];
    }
    std::size_t end = 0;
    for (const Span& word : segmenter.segment(text)) {
      ASSERT_GE(word.begin, end);
      ASSERT_LT(word.begin, word.end);
      for (std::size_t i = end; i < word.begin; ++i) ASSERT_FALSE(text[i] > ' ') << "a readable byte is in no word";
      end = word.end;
    }
    ASSERT_LE(end, text.size());
  }
}

TEST(ChineseSegmenter, ReadsAStretchWithoutBlanksInLinearTime) {
  const auto segmenter = *ChineseSegmenter::load(small_model());
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "影";
  std::size_t covered = 0;
  for (const Span& word : segmenter.segment(text)) covered += word.end - word.begin;
  EXPECT_EQ(covered, text.size());
}

TEST(ChineseSegmenter, RefusesBytesThatAreDamagedOrCutShort) {
  const std::string bytes = small_model();
  for (std::size_t length = 0; length < bytes.size(); length += 97)
    EXPECT_EQ(ChineseSegmenter::load(bytes.substr(0, length)).error().code(), ErrorCode::DataLoss);
  for (std::size_t at = 0; at < bytes.size(); at += 61) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_FALSE(ChineseSegmenter::load(damaged));
  }
}

TEST(ChineseSegmenter, TheShippedModelReadsNewsAndFilms) {
  const auto bytes = read_file(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models/text/segmenter.zh.bin");
  ASSERT_TRUE(bytes) << bytes.error().describe();
  const auto segmenter = ChineseSegmenter::load(*bytes);
  ASSERT_TRUE(segmenter) << segmenter.error().describe();
  EXPECT_THAT(words(*segmenter, "中国的改革开放和现代化建设继续向前迈进。"),
              ElementsAre("中国", "的", "改革", "开放", "和", "现代化", "建设", "继续", "向前", "迈进", "。"));
  EXPECT_THAT(words(*segmenter, "我今天去电影院看电影"), ElementsAre("我", "今天", "去", "电影院", "看", "电影"));
}

TEST(TrainSegmenter, RefusesLinesWithoutWords) {
  Progress progress;
  EXPECT_EQ(train_segmenter({}, {}, {}, progress, CancelToken()).error().code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace cineloom
