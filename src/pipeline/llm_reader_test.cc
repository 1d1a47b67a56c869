#include "pipeline/llm_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <deque>

#include "base/files.h"
#include "base/json_text.h"
#include "llm/gguf_writer.h"
#include "llm/testing/child_program.h"
#include "outbound/testing/loopback_listener.h"
#include "pipeline/emotion_report.h"
#include "pipeline/feeling_reader.h"
#include "pipeline/told_plots.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kSource = CINELOOM_SOURCE_DIR;

/// A server as models run behind: gives its answers in turn, the last one for ever, and keeps what it was asked.
class ModelServer {
 public:
  explicit ModelServer(std::deque<std::string> answers) : answers_(std::move(answers)), thread_(listener_.start([this](int client) { answer(client); })) {}
  [[nodiscard]] std::string url() const { return listener_.url(); }
  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] const std::string& last() const { return last_; }

 private:
  void answer(int client) {
    std::string request;
    char bytes[8192];
    for (std::size_t wanted = std::string::npos; request.size() < wanted;) {
      const ssize_t got = ::recv(client, bytes, sizeof(bytes), 0);
      if (got <= 0) return;
      request.append(bytes, static_cast<std::size_t>(got));
      const auto head = request.find("\r\n\r\n");
      const auto length = request.find("Content-Length: ");
      if (head != std::string::npos && length != std::string::npos) wanted = head + 4 + std::stoul(request.substr(length + 16));
    }
    last_ = request;
    ++asked_;
    const std::string body = "{\"choices\":[{\"message\":{\"content\":" + json_string(answers_.front()) + "},\"finish_reason\":\"stop\"}]}";
    if (answers_.size() > 1) answers_.pop_front();
    const std::string reply = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + body;
    EXPECT_EQ(::send(client, reply.data(), reply.size(), MSG_NOSIGNAL), std::ssize(reply));
  }

  std::deque<std::string> answers_;
  std::string last_;
  std::atomic<int> asked_ = 0;
  LoopbackListener listener_;
  std::jthread thread_;
};

class LlmReaderTest : public ::testing::Test {
 protected:
  void choose(const llm::ModelChoice& choice) { ASSERT_TRUE(llm::write_choice(model_.home(), choice)); }
  void choose(const ModelServer& server) { choose({.url = server.url(), .model = "clever"}); }
  [[nodiscard]] LlmReader reader(const LlmReaderOptions& options = {}) { return LlmReader(model_, kSource / "models" / "prompts", options); }
  [[nodiscard]] static FeelingReader feelings(LlmReader& reader) { return *FeelingReader::load(kSource / "models" / "text", &reader); }

  TemporaryFolder folder_ = *TemporaryFolder::create();
  llm::SharedModel model_{llm::home_of(folder_.path(), kSource, llm::child_program())};
};

constexpr std::string_view kSentence = "rough week, want to laugh";
constexpr std::string_view kMoodAnswer =
    R"({"findings":[{"kind":"feeling","quote":"rough week","valence":-0.9,"arousal":0.1},{"kind":"genre","quote":"laugh","value":"comedy"}],"emotions":[]})";

TEST_F(LlmReaderTest, NobodyIsAskedUnlessSomebodyChoseAModel) {
  LlmReader reader = this->reader();
  EXPECT_FALSE(reader.mood(kSentence));
  EXPECT_EQ(feelings(reader).mood(kSentence).constraints.genres.front(), "comedy");
  EXPECT_EQ(reader.tally().model, "");
}

TEST_F(LlmReaderTest, AMoodThatHoldsIsTakenAndRemembered) {
  ModelServer server({std::string(kMoodAnswer)});
  choose(server);
  LlmReader reader = this->reader();
  const FeelingReader feelings = this->feelings(reader);
  EXPECT_DOUBLE_EQ(feelings.mood(kSentence).feeling.valence, -0.9);
  EXPECT_DOUBLE_EQ(feelings.mood(kSentence).feeling.valence, -0.9);
  EXPECT_EQ(server.asked(), 1);
  EXPECT_THAT(server.last(), HasSubstr("rough week"));
  EXPECT_EQ(reader.tally().taken, 1);
}

TEST_F(LlmReaderTest, TraditionalSentencesPointToTheirOwnCharacters) {
  ModelServer server({R"({"findings":[{"kind":"feeling","quote":"难过","valence":-0.8,"arousal":0.2}],"emotions":[]})"});
  choose(server);
  LlmReader reader = this->reader();
  const Mood mood = feelings(reader).mood("今天有點難過");
  ASSERT_EQ(mood.evidence.size(), 1U);
  EXPECT_EQ(mood.evidence.front().text, "難過");
}

TEST_F(LlmReaderTest, LiesFallBackToTheTrainedModels) {
  for (const std::string lie :
       {R"({"findings":[{"kind":"feeling","quote":"wonderful week","valence":0.9,"arousal":0.1}],"emotions":[]})",
        R"({"findings":[{"kind":"feeling","quote":"rough week","valence":-9,"arousal":0.1}],"emotions":[]})",
        R"({"findings":[{"kind":"genre","quote":"laugh","value":"snuff"}],"emotions":[]})",
        R"({"findings":[{"kind":"minutes","quote":"laugh","minutes":90}],"emotions":[]})", R"({"findings":)", "I am sorry, I cannot help with that.", ""}) {
    ModelServer server({lie});
    choose(server);
    LlmReader reader = this->reader();
    const Mood mood = feelings(reader).mood(kSentence);
    EXPECT_EQ(mood.constraints.genres.front(), "comedy") << lie;
    EXPECT_LT(mood.feeling.valence, 0) << lie;
    EXPECT_GT(mood.feeling.valence, -0.9) << lie;
    EXPECT_EQ(reader.tally().taken, 0) << lie;
    EXPECT_EQ(reader.tally().refused + reader.tally().unanswered, 1) << lie;
  }
}

TEST_F(LlmReaderTest, AModelThatKeepsLyingIsLeftAlone) {
  ModelServer server({R"({"findings":[{"kind":"feeling","quote":"nonsense","valence":0.9,"arousal":0.1}],"emotions":[]})"});
  choose(server);
  LlmReader reader = this->reader({.failures = 2});
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(reader.mood("evening number " + std::to_string(i)));
  EXPECT_EQ(server.asked(), 2);
}

TEST_F(LlmReaderTest, AServerThatIsAwayIsNoError) {
  choose({.url = "http://127.0.0.1:9", .model = "clever"});
  LlmReader reader = this->reader();
  EXPECT_LT(feelings(reader).mood(kSentence).feeling.valence, 0);
  EXPECT_EQ(reader.tally().unanswered, 1);
}

TEST_F(LlmReaderTest, ReviewsAreJudgedByWhatTheModelQuotes) {
  const std::string held =
      R"({"positive":0.2,"stars":3,"valence":-0.4,"arousal":0.3,"because":"I went home","emotions":[{"name":"annoyance","weight":0.9,"quote":"grates"}],)"
      R"("judgements":[{"aspect":"music","valence":-0.7,"quote":"The score grates"}]})";
  const std::string lies =
      R"({"positive":0.2,"stars":3,"valence":-0.4,"arousal":0.3,"because":"A wonderful story","emotions":[],"judgements":[{"aspect":"music","valence":-0.7,"quote":"The score is awful"}]})";
  ModelServer server({held, lies});
  choose(server);
  LlmReader reader = this->reader();
  const std::vector<Review> reviews = {{.id = ReviewId(1), .language = "en", .text = "The score grates, I went home."},
                                       {.id = ReviewId(2), .language = "en", .text = "A wonderful story."}};
  const AudienceOpinion audience = feelings(reader).audience(reviews);
  ASSERT_EQ(audience.aspects.size(), 2U);
  const auto music = std::ranges::find(audience.aspects, "music", &AspectOpinion::aspect);
  ASSERT_NE(music, audience.aspects.end());
  EXPECT_EQ(music->quotes.front().text, "The score grates");
  EXPECT_EQ(std::ranges::find(audience.aspects, "story", &AspectOpinion::aspect)->positive, 1) << "read by the trained models";
  EXPECT_DOUBLE_EQ(audience.positive_share, 0.5);
  EXPECT_EQ(reader.tally().refused, 1);
}

TEST_F(LlmReaderTest, AReportSaysWhoReadTheReviews) {
  ModelServer server({R"({"positive":0.9,"stars":9,"valence":0.6,"arousal":0.3,"because":"evening","emotions":[],"judgements":[]})"});
  choose(server);
  LlmReader reader = this->reader({.most_reviews = 2});
  ASSERT_TRUE(write_file(folder_.path() / "reviews.jsonl",
                         "{\"text\":\"Not the evening I hoped for.\"}\n{\"text\":\"Dull, a dull evening.\"}\n{\"text\":\"A long evening.\"}\n"));
  const auto report = report_emotions({.film = "f", .reviews = folder_.path() / "reviews.jsonl"}, kSource / "models" / "text", &reader);
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->language_model, "clever");
  EXPECT_EQ(report->read_by_model, 2) << "no more are asked about than was allowed, and each once";
  EXPECT_GE(report->positive.count, 2);
}

TEST_F(LlmReaderTest, PlotsAreReadAndLiesAboutThemAreNot) {
  ASSERT_TRUE(write_file(folder_.path() / "plot", "Anna steals the key from Ben. Later Ben follows Anna."));
  const std::string held =
      R"({"people":[{"name":"Anna","aliases":[]},{"name":"Ben","aliases":[]}],"events":[{"subject":"Anna","verb":"steals","object":"the key","quote":"Anna steals the key","cause":0}]})";
  const std::string lies = R"({"people":[{"name":"Anna","aliases":[]},{"name":"Godot","aliases":[]}],"events":[]})";
  for (const auto& [answer, is_held] : {std::pair(held, true), std::pair(lies, false)}) {
    ModelServer server({answer});
    choose(server);
    LlmReader reader = this->reader();
    const auto read = read_plot_file(folder_.path() / "plot", kSource / "models" / "text", &reader);
    ASSERT_TRUE(read) << read.error().describe();
    EXPECT_EQ(read->is_by_model, is_held);
    EXPECT_EQ(read->plot.people.size(), 2U);
    EXPECT_FALSE(read->plot.events.empty());
  }
}

TEST_F(LlmReaderTest, TextsLongerThanAPromptAreReadByTheTrainedModels) {
  ModelServer server({std::string(kMoodAnswer)});
  choose(server);
  LlmReader reader = this->reader();
  EXPECT_FALSE(reader.mood(std::string(4001, 'a')));
  EXPECT_FALSE(reader.review("Ein schöner Film.", "de"));
  EXPECT_EQ(server.asked(), 0);
}

// A model of random weights answers in the right shape and says nothing that is so.
TEST_F(LlmReaderTest, ARealModelThatKnowsNothingFallsBack) {
  if (!llm::has_llama()) GTEST_SKIP() << "built without llama.cpp";
  const auto file = folder_.path() / "tiny.gguf";
  ASSERT_TRUE(llm::write_random_llama(file, {.context = 8192}, llm::WeightType::F32, 3));
  choose({.file = file.string(), .context = 8192});
  LlmReader reader = this->reader();
  const Mood mood = feelings(reader).mood(kSentence);
  EXPECT_EQ(mood.constraints.genres.front(), "comedy");
  const LlmTally tally = reader.tally();
  EXPECT_EQ(tally.taken, 0);
  EXPECT_EQ(tally.refused, 1) << tally.why;
}

}  // namespace
}  // namespace cineloom
