// What a viewer hid is meant to stay away, whatever is learned or asked for afterwards.
#include <gmock/gmock.h>

#include "base/files.h"
#include "base/random.h"
#include "pipeline/cinema.h"

namespace cineloom {
namespace {

using ::testing::Contains;
using ::testing::Not;

constexpr int kFilms = 40;

class HidingTest : public ::testing::Test {
 protected:
  HidingTest() : folder_(*TemporaryFolder::create("cineloom-hiding")) {
    cinema_ = *Cinema::open({.data = folder_.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
    for (int film = 0; film < kFilms; ++film) {
      films_.push_back(*cinema_->store().put_film({.key = "film-" + std::to_string(film), .genres = {film % 2 == 0 ? "comedy" : "war"}}));
    }
    Random random(3);
    for (int viewer = 0; viewer < 20; ++viewer) {
      const ViewerId id = *cinema_->store().put_viewer({.name = "Viewer " + std::to_string(viewer)});
      for (const FilmId film : films_) {
        if (random.uniform() < 0.6) tell(id, film, EventKind::Rate, film == films_[0] ? 5 : 3.5);
      }
    }
    ada_ = *cinema_->store().put_viewer({.name = "Ada"});
    tell(ada_, films_[2], EventKind::Rate, 4);
  }
  void tell(ViewerId viewer, FilmId film, EventKind kind, std::optional<double> value = {}) {
    now_ += std::chrono::seconds(1);
    ASSERT_TRUE(cinema_->tell({.viewer = viewer, .film = film, .kind = kind, .value = value, .at = now_}));
  }
  void train() {
    Progress progress;
    ASSERT_TRUE(cinema_->train(progress, CancelToken(), NewModelUse::Anyway));
  }
  std::vector<FilmId> asked(TonightRequest request) {
    request.viewer = ada_;
    request.count = kFilms;
    const auto answer = cinema_->recommend(request, CancelToken());
    EXPECT_TRUE(answer) << answer.error().describe();
    std::vector<FilmId> films;
    for (const Pick& pick : answer->picks) films.push_back(pick.film);
    return films;
  }

  TemporaryFolder folder_;
  Timestamp now_ = Timestamp(std::chrono::days(20'000));
  std::unique_ptr<Cinema> cinema_;
  std::vector<FilmId> films_;
  ViewerId ada_;
};

TEST_F(HidingTest, AHiddenFilmStaysAwayThroughTrainingsQuestionsAndSurprisesUntilItIsShownAgain) {
  train();
  ASSERT_EQ(asked({})[0], films_[0]) << "everybody's favourite";
  tell(ada_, films_[0], EventKind::Hide);
  TonightRequest surprising;
  surprising.dials.exploration = 1;
  TonightRequest comedies;
  comedies.filter.any_genres = {"comedy"};
  TonightRequest together;
  together.companions = {ViewerId(1)};
  for (int round = 0; round < 3; ++round) {
    for (const TonightRequest& request : {TonightRequest{}, TonightRequest{.mood = "something funny, please"}, surprising, comedies, together}) {
      EXPECT_THAT(asked(request), Not(Contains(films_[0]))) << round;
    }
    train();
  }
  tell(ada_, films_[0], EventKind::Unhide);
  EXPECT_EQ(asked({})[0], films_[0]);
}

}  // namespace
}  // namespace cineloom
