#include <gtest/gtest.h>

#include "base/files.h"
#include "pipeline/feedback.h"
#include "serve/internal/tonight_answers.h"

namespace cineloom::serve {
namespace {

/// A library of twelve films that four viewers rated; the clock stands still.
class TonightAnswersTest : public ::testing::Test {
 protected:
  TonightAnswersTest() : folder_(*TemporaryFolder::create("cineloom-tonight")) {
    cinema_ = *Cinema::open({.data = folder_.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
    for (int i = 0; i < 12; ++i) films_.push_back(*cinema_->store().put_film({.key = "film-" + std::to_string(i), .genres = {i % 2 == 0 ? "drama" : "war"}}));
    for (int i = 0; i < 4; ++i) {
      viewers_.push_back(*cinema_->store().put_viewer({.name = "Viewer " + std::to_string(i)}));
      for (std::size_t film = static_cast<std::size_t>(i); film < films_.size(); film += 3) tell(viewers_.back(), film, EventKind::Rate, 4.5);
    }
    now_ += std::chrono::days(1);
  }

  void tell(ViewerId viewer, std::size_t film, EventKind kind, std::optional<double> value = {}) {
    ASSERT_TRUE(cinema_->tell({.viewer = viewer, .film = films_[film], .kind = kind, .value = value, .at = now_}));
  }
  std::string ask(TonightAnswers& answers, ViewerId viewer) {
    const auto text = answers.answer(std::to_string(viewer.number()), {.viewer = viewer});
    EXPECT_TRUE(text) << text.error().describe();
    return text ? **text : std::string();
  }
  std::size_t shown(ViewerId viewer) { return shown_films(cinema_->store(), viewer)->size(); }

  TemporaryFolder folder_;
  Timestamp now_ = Timestamp(std::chrono::days(20'000));
  std::unique_ptr<Cinema> cinema_;
  std::vector<FilmId> films_;
  std::vector<ViewerId> viewers_;
};

TEST_F(TonightAnswersTest, AListThatWasMadeAnewBehindAnActIsTheOneThatWouldBeMadeNow) {
  TonightAnswers answers(*cinema_);
  const std::string before = ask(answers, viewers_[0]);
  tell(viewers_[0], 10, EventKind::Hide);
  answers.note_act(viewers_[0]);
  answers.settle();
  const std::string after = ask(answers, viewers_[0]);
  EXPECT_NE(after, before);
  TonightAnswers others(*cinema_);
  EXPECT_EQ(after, ask(others, viewers_[0]));
}

TEST_F(TonightAnswersTest, AListIsNotedAsShownWhenItIsGivenNotWhenItIsMade) {
  TonightAnswers answers(*cinema_);
  ask(answers, viewers_[0]);
  answers.settle();
  const std::size_t first = shown(viewers_[0]);
  EXPECT_GT(first, 0U);
  tell(viewers_[0], 10, EventKind::Hide);
  answers.note_act(viewers_[0]);
  answers.settle();
  EXPECT_EQ(shown(viewers_[0]), first);
  ask(answers, viewers_[0]);
  answers.settle();
  EXPECT_GT(shown(viewers_[0]), first);
}

TEST_F(TonightAnswersTest, SomebodyWhoNeverAskedIsNotAnswered) {
  TonightAnswers answers(*cinema_);
  answers.note_act(viewers_[1]);
  answers.settle();
  EXPECT_EQ(shown(viewers_[1]), 0U);
}

}  // namespace
}  // namespace cineloom::serve
