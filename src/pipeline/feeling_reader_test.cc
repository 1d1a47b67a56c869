#include "pipeline/feeling_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kModels = std::filesystem::path(CINELOOM_SOURCE_DIR) / "models/text";

const FeelingReader& reader() {
  static const auto loaded = FeelingReader::load(kModels);
  return *loaded;
}

TEST(FeelingReader, PointsToTraditionalCharactersAsTheyWereWritten) {
  const std::string sentence = "今天有點難過，想看溫暖一點的";
  const Mood mood = reader().mood(sentence);
  EXPECT_LT(mood.feeling.valence, -0.3);
  EXPECT_TRUE(std::ranges::any_of(mood.evidence, [](const auto& found) { return found.text == "難過"; }));
  for (const auto& found : mood.evidence) EXPECT_EQ(sentence.substr(found.span.begin, found.span.end - found.span.begin), found.text);
}

TEST(FeelingReader, QuotesTraditionalReviewsAsTheyWereWritten) {
  const std::vector<Review> reviews = {{.id = ReviewId(1), .language = "zh", .text = "畫面驚艷，但是劇情無聊。"}};
  const AudienceOpinion opinion = reader().audience(reviews);
  const auto picture = std::ranges::find(opinion.aspects, "picture", &AspectOpinion::aspect);
  ASSERT_NE(picture, opinion.aspects.end());
  EXPECT_EQ(picture->positive, 1);
  EXPECT_EQ(picture->quotes[0].text, "畫面驚艷");
  const auto story = std::ranges::find(opinion.aspects, "story", &AspectOpinion::aspect);
  ASSERT_NE(story, opinion.aspects.end());
  EXPECT_EQ(story->negative, 1);
}

TEST(FeelingReader, ReadsReviewsOutOfPages) {
  const std::string page =
      "<div><a href=/>Terrible films</a></div><div>The music is <b>wonderful</b> &amp; warm.</div><footer>The plot of this page is awful. Copyright.</footer>";
  const std::vector<Review> reviews = {{.id = ReviewId(1), .language = "en", .text = page}};
  const AudienceOpinion opinion = reader().audience(reviews);
  ASSERT_EQ(opinion.aspects.size(), 1U);
  const AspectQuote& quote = opinion.aspects[0].quotes[0];
  EXPECT_EQ(opinion.aspects[0].aspect, "music");
  EXPECT_EQ(quote.text, "The music is wonderful & warm");
  EXPECT_EQ(page.substr(quote.span.begin, quote.span.end - quote.span.begin), "The music is <b>wonderful</b> &amp; warm");
}

TEST(FeelingReader, ReadsByWordsWhereALanguageHasNoModels) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  for (const char* name : {"feelings.tsv", "aspects.tsv"}) std::filesystem::copy_file(kModels / name, folder.path() / name);
  const auto plain = FeelingReader::load(folder.path());
  ASSERT_TRUE(plain) << plain.error().describe();
  EXPECT_LT(plain->mood("I am sad").feeling.valence, 0);
  EXPECT_FALSE(plain->read("good", "en"));
}

TEST(FeelingReader, NamesTheModelThatIsDamaged) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  for (const auto& entry : std::filesystem::directory_iterator(kModels)) std::filesystem::copy_file(entry.path(), folder.path() / entry.path().filename());
  const std::string whole = *read_file(kModels / "emotions.en.bin");
  ASSERT_TRUE(write_file(folder.path() / "emotions.en.bin", whole.substr(0, whole.size() / 2)));
  const auto damaged = FeelingReader::load(folder.path());
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code(), ErrorCode::DataLoss);
  EXPECT_THAT(damaged.error().describe(), HasSubstr("emotions.en.bin"));
}

}  // namespace
}  // namespace cineloom
