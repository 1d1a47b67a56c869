#include "pipeline/story_telling.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "base/files.h"
#include "llm/testing/child_program.h"
#include "story/story_engine.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path kModels = std::filesystem::path(CINELOOM_SOURCE_DIR) / "models";

class StoryTellingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.emplace(*TemporaryFolder::create());
    auto library = SchemaLibrary::load(kModels / "story");
    ASSERT_TRUE(library);
    library_ = std::move(*library);
  }

  [[nodiscard]] llm::ModelHome home() const { return llm::home_of(folder_->path(), CINELOOM_SOURCE_DIR, llm::child_program()); }
  [[nodiscard]] Expected<Story> write(const std::string& language) const {
    Progress progress;
    return write_story({.language = language, .seed = 3, .decisions = 1}, library_, progress, CancelToken());
  }
  [[nodiscard]] Expected<story::Retelling> tell(TellWith with, Story story) const {
    Progress progress;
    return tell_story_with(with, std::move(story), home(), kModels, library_, progress, CancelToken());
  }

  std::optional<TemporaryFolder> folder_;
  SchemaLibrary library_;
};

TEST_F(StoryTellingTest, TheEmbeddedModelTellsWhatItCanAndTemplatesTheRest) {
  if (!llm::has_llama()) GTEST_SKIP() << "built without llama.cpp";
  auto story = write("en");
  ASSERT_TRUE(story) << story.error().describe();
  story->graph.nodes.resize(std::min<std::size_t>(2, story->graph.nodes.size()));  // a few events are enough
  const auto retelling = tell(TellWith::Embedded, *story);
  ASSERT_TRUE(retelling) << retelling.error().describe();
  EXPECT_EQ(retelling->story.realizer, "embedded model");
  EXPECT_GT(retelling->told_by.at("embedded model"), 0);
  EXPECT_THAT(describe_telling(TellWith::Embedded, *retelling), HasSubstr("by the embedded model"));
  ASSERT_EQ(retelling->story.graph.nodes.size(), story->graph.nodes.size());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < story->graph.nodes.size(); ++i) {
    const StoryNode& node = retelling->story.graph.nodes[i];
    changed += node.text != story->graph.nodes[i].text ? 1U : 0U;
    EXPECT_THAT(node.text, Not(HasSubstr("<|")));
    EXPECT_FALSE(node.text.empty());
  }
  EXPECT_GT(changed, 0U);
  EXPECT_EQ(tell(TellWith::Embedded, *story)->story.graph.nodes.front().text, retelling->story.graph.nodes.front().text) << "the same seed, the same words";
}

TEST_F(StoryTellingTest, ChineseIsLeftToTheTemplatesAndThisIsSaid) {
  const auto story = write("zh");
  ASSERT_TRUE(story);
  const auto retelling = tell(TellWith::Embedded, *story);
  ASSERT_TRUE(retelling) << retelling.error().describe();
  EXPECT_EQ(retelling->story.realizer, "templates");
  EXPECT_THAT(describe_telling(TellWith::Embedded, *retelling), HasSubstr("English only"));
}

TEST_F(StoryTellingTest, WithoutAChosenModelTheNextStepIsNamed) {
  const auto story = write("en");
  ASSERT_TRUE(story);
  const auto retelling = tell(TellWith::Model, *story);
  ASSERT_FALSE(retelling);
  EXPECT_EQ(retelling.error().code(), ErrorCode::Unavailable);
  EXPECT_THAT(std::string(retelling.error().next_step()), HasSubstr("llm use"));
}

/// A large model that tells honestly, or claims the wrong facts.
class ScriptedModel final : public llm::LlmBackend {
 public:
  explicit ScriptedModel(bool is_honest) : is_honest_(is_honest) {}
  llm::ModelInfo info() const override { return {.name = "scripted"}; }
  Expected<llm::Answer> chat(const llm::ChatRequest& request, const llm::TextSink&, const CancelToken&) override {
    ++asked;
    const std::string& question = request.messages.back().text;
    const auto begin = question.find("<data>\n") + 7;
    last = boost::json::parse(question.substr(begin, question.find("\n</data>") - begin)).as_object();
    const std::string facts(last.at("new facts").as_string());
    boost::json::array numbers;
    for (int i = 1; i <= 1 + std::ranges::count(facts, ';'); ++i) numbers.emplace_back(is_honest_ ? i : 32);
    return llm::Answer{.text = boost::json::serialize(boost::json::object{
                           {"text", "It happens: " + std::string(last.at("names that have to stand in it").as_string()) + "."}, {"facts", numbers}})};
  }
  Expected<llm::Answer> complete(const llm::CompletionRequest&, const llm::TextSink&, const CancelToken&) override {
    return fail(ErrorCode::Internal, "not asked");
  }
  Expected<std::vector<std::vector<float>>> embed(const std::vector<std::string>&, const CancelToken&) override {
    return fail(ErrorCode::Internal, "not asked");
  }
  Expected<int> count_tokens(std::string_view) override { return 0; }
  Expected<void> health() override { return {}; }

  int asked = 0;
  boost::json::object last;

 private:
  bool is_honest_;
};

TEST_F(StoryTellingTest, ALargeModelIsTakenWhereItsClaimsHold) {
  const auto story = write("zh");
  ASSERT_TRUE(story);
  const auto sayings = story::Sayings::load(kModels / "story");
  ASSERT_TRUE(sayings);
  Progress progress;
  const auto honest = std::make_shared<ScriptedModel>(true);
  const auto teller = model_teller(honest, "scripted", kModels / "prompts", CancelToken());
  ASSERT_TRUE(teller) << teller.error().describe();
  const auto retelling = story::retell_story(*story, {*teller}, library_, *sayings, progress, CancelToken());
  ASSERT_TRUE(retelling) << retelling.error().describe();
  EXPECT_EQ(retelling->story.realizer, "scripted");
  EXPECT_FALSE(retelling->told_by.contains("templates"));
}

TEST_F(StoryTellingTest, ALargeModelThatClaimsWhatIsNotSoIsAskedAgainWithTheFaultAndThenLeft) {
  const auto story = write("en");
  ASSERT_TRUE(story);
  const auto sayings = story::Sayings::load(kModels / "story");
  Progress progress;
  const auto liar = std::make_shared<ScriptedModel>(false);
  const auto teller = model_teller(liar, "scripted", kModels / "prompts", CancelToken());
  ASSERT_TRUE(teller && sayings);
  const auto retelling = story::retell_story(*story, {*teller}, library_, *sayings, progress, CancelToken());
  ASSERT_TRUE(retelling);
  EXPECT_EQ(retelling->story.realizer, "templates");
  EXPECT_EQ(liar->asked, 3 * retelling->told_by.at("templates"));
  EXPECT_TRUE(liar->last.contains("what was wrong with the last telling"));
}

}  // namespace
}  // namespace cineloom
