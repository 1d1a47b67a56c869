#include "pipeline/text_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "sentiment/polarity.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;

/// Lines of made-up reviews that say "gripping" or "tedious" among other words, behind what `label` writes.
template <class Label>
std::string some_reviews(int count, Label label) {
  Random random(9);
  std::string lines;
  for (int i = 0; i < count; ++i) {
    const bool is_good = i % 2 == 0;
    std::string text;
    for (int word = 0; word < 12; ++word) text += "word" + std::to_string(random.below(400)) + " ";
    lines += label(is_good, text + (is_good ? "gripping" : "tedious")) + "\n";
  }
  return lines;
}

class TrainText : public ::testing::Test {
 protected:
  Expected<TextTrainingResult> train(const std::string& lines) {
    EXPECT_TRUE(write_file(folder_.path() / "reviews", lines));
    Progress progress;
    return train_text_model({.reviews = folder_.path() / "reviews", .out = folder_.path() / "model.bin"}, progress, CancelToken());
  }
  [[nodiscard]] Polarity read(std::string_view text) const {
    const auto model = PolarityModel::load(*read_file(folder_.path() / "model.bin"));
    NgramReader reader = model->reader();
    return model->read(text, reader);
  }
  TemporaryFolder folder_ = *TemporaryFolder::create();
};

TEST_F(TrainText, LearnsFromStarsOfFive) {
  const auto result = train(some_reviews(200, [](bool is_good, const std::string& text) { return (is_good ? "4.5\t" : "1\t") + text; }) + "3\tso so\n");
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(result->language, "en");
  EXPECT_EQ(result->positive, 100U);
  EXPECT_EQ(result->undecided, 1U);
  EXPECT_GT(result->unseen_accuracy, 0.9);
  EXPECT_GT(read("a gripping thing").stars, read("a tedious thing").stars);
}

TEST_F(TrainText, LearnsFromJsonAndLeavesRepeatsOut) {
  std::string lines = some_reviews(
      120, [](bool is_good, const std::string& text) { return std::string(R"({"label": ")") + (is_good ? "pos" : "neg") + R"(", "text": ")" + text + "\"}"; });
  lines += lines.substr(0, lines.find('\n') + 1);
  const auto result = train(lines);
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(result->repeated, 1U);
  EXPECT_LT(read("tedious").margin, 0);
}

TEST_F(TrainText, NamesTheLineThatItCannotRead) {
  EXPECT_THAT(train("pos\tgood\nwithout a tab\n").error().describe(), HasSubstr("line 2"));
  EXPECT_THAT(train("many\tgood\n").error().describe(), HasSubstr("line 1"));
  for (const std::string stars : {"11", "-2", "nan", "inf", "1e308"}) {
    EXPECT_THAT(train("5\tgood\n" + stars + "\tbad\n").error().describe(), HasSubstr("line 2"));
  }
  EXPECT_THAT(train("{\"text\":\"good\",\"stars\":100}\n").error().describe(), HasSubstr("'100'"));
  EXPECT_EQ(train("pos\tgood\n").error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(train("").error().code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace cineloom
