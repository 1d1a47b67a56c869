#include "pipeline/kept_answers.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/files.h"
#include "pipeline/answer_renewer.h"

namespace cineloom {
namespace {

using std::chrono::minutes;

std::shared_ptr<const std::string> text(std::string words) { return std::make_shared<const std::string>(std::move(words)); }

/// A library of ten films that five viewers rated; the clock is set by the test.
class KeptAnswersTest : public ::testing::Test {
 protected:
  KeptAnswersTest() : folder_(*TemporaryFolder::create("cineloom-answers")) {
    cinema_ = *Cinema::open({.data = folder_.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
    for (int i = 0; i < 10; ++i) films_.push_back(*cinema_->store().put_film({.key = "film-" + std::to_string(i), .genres = {i % 2 == 0 ? "drama" : "war"}}));
    for (int viewer = 0; viewer < 5; ++viewer) {
      viewers_.push_back(*cinema_->store().put_viewer({.name = "Viewer " + std::to_string(viewer)}));
      for (std::size_t film = static_cast<std::size_t>(viewer); film < films_.size(); film += 2) tell(viewers_.back(), film, EventKind::Rate, 4.5);
    }
    now_ += std::chrono::days(1);
  }

  void tell(ViewerId viewer, std::size_t film, EventKind kind, std::optional<double> value = {}) {
    ASSERT_TRUE(cinema_->tell({.viewer = viewer, .film = films_[film], .kind = kind, .value = value, .at = now_}));
  }
  [[nodiscard]] TonightRequest question() const { return {.viewer = viewers_[0]}; }
  [[nodiscard]] AnswerGround ground() const { return *ground_of(*cinema_, question()); }
  LastingRecommendation lasting(const TonightRequest& request) {
    auto made = cinema_->recommend_lasting(request);
    EXPECT_TRUE(made) << made.error().describe();
    return *std::move(made);
  }

  TemporaryFolder folder_;
  Timestamp now_ = Timestamp(std::chrono::days(20'000));
  std::unique_ptr<Cinema> cinema_;
  std::vector<FilmId> films_;
  std::vector<ViewerId> viewers_;
};

TEST_F(KeptAnswersTest, AnAnswerIsGivenAgainWhileNothingChanges) {
  lasting(question());
  KeptAnswers answers;
  answers.keep("tonight", ground(), now_ + minutes(5), text("Ran"));
  const auto kept = answers.find("tonight", ground(), now_);
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, "Ran");
  EXPECT_FALSE(answers.find("tomorrow", ground(), now_));
  EXPECT_FALSE(answers.find("tonight", ground(), now_ + minutes(5)));
}

TEST_F(KeptAnswersTest, WhatTheViewerDoesWhatIsLearnedAndWhatFilmsThereAreEndAnAnswer) {
  lasting(question());
  const AnswerGround first = ground();
  tell(viewers_[1], 9, EventKind::Hide);
  EXPECT_EQ(ground(), first);
  tell(viewers_[0], 9, EventKind::Hide);
  const AnswerGround hidden = ground();
  EXPECT_NE(hidden, first);
  Progress progress;
  ASSERT_TRUE(cinema_->train(progress, CancelToken(), NewModelUse::Anyway));
  const AnswerGround learned = ground();
  EXPECT_NE(learned, hidden);
  ASSERT_TRUE(cinema_->store().put_film({.key = "film-new"}));
  EXPECT_NE(ground(), learned);
}

TEST_F(KeptAnswersTest, ACompanionsDeedEndsAListForBoth) {
  TonightRequest both = question();
  both.companions = {viewers_[1]};
  const auto before = ground_of(*cinema_, both);
  tell(viewers_[1], 9, EventKind::Hide);
  EXPECT_NE(ground_of(*cinema_, both), before);
}

TEST_F(KeptAnswersTest, AnAnswerHoldsUntilTheVisitIsOver) {
  EXPECT_EQ(lasting(question()).until, now_ + minutes(30));
  tell(viewers_[0], 9, EventKind::Watch);
  now_ += minutes(10);
  EXPECT_EQ(lasting(question()).until, now_ + minutes(20));
}

TEST_F(KeptAnswersTest, WhatIsDrawnByChanceOrAskedForInWordsIsNotKept) {
  TonightRequest surprised = question();
  surprised.dials.exploration = 0.5;
  EXPECT_FALSE(lasting(surprised).until);
  TonightRequest moody = question();
  moody.mood = "I am sad";
  EXPECT_FALSE(lasting(moody).until);
}

TEST_F(KeptAnswersTest, ThoseThatWereNotAskedForLongestGoFirst) {
  KeptAnswers answers(12'000);
  for (int i = 0; i < 3; ++i) answers.keep(std::to_string(i), ground(), now_ + minutes(5), text(std::string(3'000, 'x')));
  EXPECT_TRUE(answers.find("0", ground(), now_));
  answers.keep("3", ground(), now_ + minutes(5), text(std::string(3'000, 'x')));
  EXPECT_FALSE(answers.find("1", ground(), now_));
  EXPECT_TRUE(answers.find("0", ground(), now_));
  answers.keep("4", ground(), now_ + minutes(5), text(std::string(30'000, 'x')));
  EXPECT_FALSE(answers.find("4", ground(), now_));
}

TEST_F(KeptAnswersTest, QuestionsAreFoundByWhoIsToldOfInTheAnswer) {
  KeptAnswers answers(12'000);
  TonightRequest both = question();
  both.companions = {viewers_[1]};
  answers.keep("alone", ground(), now_ + minutes(5), text("a"), {.request = question(), .on_first_given = {}});
  answers.keep("both", ground(), now_ + minutes(5), text("b"), {.request = both, .on_first_given = {}});
  EXPECT_EQ(answers.questions_of(viewers_[0], 4).size(), 2U);
  EXPECT_EQ(answers.questions_of(viewers_[0], 1).size(), 1U);
  ASSERT_EQ(answers.questions_of(viewers_[1], 4).size(), 1U);
  EXPECT_EQ(answers.questions_of(viewers_[1], 4).front().text, "both");
  EXPECT_TRUE(answers.holds("both", ground()));
  for (int i = 0; i < 4; ++i) answers.keep(std::to_string(i), ground(), now_ + minutes(5), text(std::string(3'000, 'x')));
  EXPECT_TRUE(answers.questions_of(viewers_[0], 4).empty());
}

TEST_F(KeptAnswersTest, WhatWasMadeBeforeItWasAskedForIsNotedWhenItIsFirstGiven) {
  KeptAnswers answers;
  int shown = 0;
  answers.keep("tonight", ground(), now_ + minutes(5), text("Ran"), {.request = question(), .on_first_given = [&] { ++shown; }});
  EXPECT_TRUE(answers.holds("tonight", ground()));
  EXPECT_EQ(shown, 0);
  EXPECT_TRUE(answers.find("tonight", ground(), now_));
  EXPECT_TRUE(answers.find("tonight", ground(), now_));
  EXPECT_EQ(shown, 1);
}

TEST(AnswerRenewer, EverybodyWhoActedIsRenewedAndNobodyTwiceAtATime) {
  std::mutex mutex;
  std::condition_variable changed;
  bool may_go = false;
  std::vector<ViewerId> renewed;
  AnswerRenewer renewer([&](ViewerId viewer) {
    std::unique_lock lock(mutex);
    renewed.push_back(viewer);
    changed.notify_all();
    changed.wait(lock, [&] { return may_go; });
  });
  renewer.note(ViewerId(1));
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !renewed.empty(); });
  }
  for (const int viewer : {2, 3, 2, 2}) renewer.note(ViewerId(viewer));
  {
    const std::lock_guard lock(mutex);
    may_go = true;
  }
  changed.notify_all();
  renewer.finish();
  EXPECT_EQ(renewed, (std::vector{ViewerId(1), ViewerId(2), ViewerId(3)}));
}

}  // namespace
}  // namespace cineloom
