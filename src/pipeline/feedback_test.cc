#include "pipeline/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "base/files.h"
#include "pipeline/showing_recorder.h"

namespace cineloom {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A library of ten films that Ada knows, in a folder that goes with it; the clock is set by the test.
class FeedbackVerbs : public ::testing::Test {
 protected:
  FeedbackVerbs() : folder_(*TemporaryFolder::create("cineloom-feedback")) {
    cinema_ = *Cinema::open({.data = folder_.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
    ada_ = *store().put_viewer({.name = "Ada"});
    for (int i = 0; i < 10; ++i)
      films_.push_back(*store().put_film({.key = "film-" + std::to_string(i), .title = {.english = "Film"}, .genres = {i % 2 == 0 ? "drama" : "war"}}));
  }

  Store& store() { return cinema_->store(); }
  void rate(std::size_t film, double stars, ViewerId viewer) {
    ASSERT_TRUE(store().append_events(std::vector<Event>{{.viewer = viewer, .film = films_[film], .kind = EventKind::Rate, .value = stars, .at = now_}}));
  }
  [[nodiscard]] Recommendation list_of(std::vector<std::size_t> films) const {
    Recommendation list;
    for (const std::size_t film : films) {
      Pick& pick = list.picks.emplace_back();
      pick.film = films_[film];
      pick.predicted_stars = 4;
      pick.interval_low = 3;
      pick.interval_high = 5;
      pick.score = 4;
      pick.propensity = 0.5;
    }
    return list;
  }
  [[nodiscard]] Showing showing() const { return {.viewer = ada_, .at = now_, .visit_begin = now_, .model_version = 7, .context = "sad"}; }
  static Experiment experiment_of(std::vector<Variant> variants) {
    return {.name = "e", .salt = "s", .variants = std::move(variants), .started_at = Timestamp(std::chrono::days(20'000)), .stopped_at = {}};
  }
  Expected<SlateId> show(const Trial& trial, std::vector<std::size_t> films, std::optional<ViewerId> viewer = {}) {
    Showing shown = showing();
    shown.viewer = viewer.value_or(ada_);
    shown.maker = trial.maker;
    return remember_showing(store(), shown, list_of(std::move(films)));
  }
  void train() {
    Progress progress;
    const auto trained = cinema_->train(progress, CancelToken());
    ASSERT_TRUE(trained) << trained.error().describe();
  }
  void fill_with_ratings() {
    for (int viewer = 0; viewer < 5; ++viewer) {
      const ViewerId id = *store().put_viewer({.name = "Viewer " + std::to_string(viewer)});
      for (std::size_t film = 0; film < films_.size(); ++film) rate(film, film % 2 == 0 ? 4.5 : 2, id);
    }
  }

  TemporaryFolder folder_;
  Timestamp now_ = Timestamp(std::chrono::days(20'000));
  std::unique_ptr<Cinema> cinema_;
  ViewerId ada_;
  std::vector<FilmId> films_;
};

TEST_F(FeedbackVerbs, WhatIsShownIsKeptOnceAndJoinedWithWhatFollows) {
  const auto id = remember_showing(store(), showing(), list_of({0, 1}));
  ASSERT_TRUE(id) << id.error().describe();
  EXPECT_EQ(*remember_showing(store(), showing(), list_of({0, 1})), *id);
  EXPECT_NE(*remember_showing(store(), showing(), list_of({1, 0})), *id);
  now_ += std::chrono::hours(2);
  rate(1, 4.5, ada_);
  const auto shown = *shown_films(store(), ada_);
  ASSERT_THAT(shown, SizeIs(4));
  EXPECT_EQ(shown[0].response, SlateResponse::None);
  EXPECT_EQ(shown[2].item.film, films_[1]);
  EXPECT_EQ(shown[2].response, SlateResponse::Liked);
  EXPECT_EQ(shown[2].model_version, 7);
  EXPECT_EQ(shown[2].item.propensity, 0.5);
  EXPECT_EQ(shown_films(store(), ViewerId(99)).error().code(), ErrorCode::NotFound);
}

TEST_F(FeedbackVerbs, TheSameListCountsOnceInAVisitAndAgainInTheNext) {
  const TonightRequest request{.viewer = ada_, .mood = "sad", .time = std::chrono::minutes(90)};
  const auto show = [&] { return *remember_showing(store(), showing_of(request, list_of({0, 1}), now_), list_of({0, 1})); };
  rate(5, 3, ada_);
  const SlateId first = show();
  now_ += std::chrono::minutes(10);
  EXPECT_EQ(show(), first);
  now_ += std::chrono::hours(5);
  EXPECT_NE(show(), first);
  const Slate kept = store().slates({.viewer = ada_, .since = {}})->front();
  EXPECT_EQ(kept.model_version, 0);
  EXPECT_EQ(kept.context, "valence +0.00, arousal 0.00, lift, 90 minutes");
}

TEST_F(FeedbackVerbs, ShowingLocksForecastsThatTheRatingIsHeldAgainst) {
  rate(2, 3, ada_);
  ASSERT_TRUE(remember_showing(store(), showing(), list_of({0, 1, 2})));
  now_ += std::chrono::hours(2);
  rate(0, 2.5, ada_);
  ASSERT_TRUE(remember_showing(store(), showing(), list_of({0, 1, 3})));
  const auto found = accuracy_of(store(), ada_);
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_EQ(found->locked, 3);
  EXPECT_EQ(found->rated, 1);
  EXPECT_EQ(found->rmse, 1.5);
  EXPECT_EQ(found->coverage, 0);
  EXPECT_EQ(accuracy_of(store(), ViewerId(99)).error().code(), ErrorCode::NotFound);
}

TEST_F(FeedbackVerbs, TheRecorderKeepsEverythingBeforeItEnds) {
  {
    ShowingRecorder recorder(store());
    for (std::size_t film = 0; film < 10; ++film) recorder.remember(showing(), list_of({film}));
    Showing nobody = showing();
    nobody.viewer = ViewerId(99);
    recorder.remember(nobody, list_of({1}));
    recorder.remember(showing(), {});
    recorder.finish();
    EXPECT_EQ(recorder.lost(), 1);
    recorder.remember(showing(), list_of({1, 2}));
  }
  EXPECT_THAT(*store().slates({.viewer = ada_, .since = {}}), SizeIs(11));
}

TEST_F(FeedbackVerbs, AnExplorationBudgetIsKeptAndChecked) {
  EXPECT_EQ(*exploration_of(store(), ada_), kDefaultExploration);
  ASSERT_TRUE(set_exploration(store(), ada_, 0.25));
  EXPECT_EQ(*exploration_of(store(), ada_), 0.25);
  for (const double wrong : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(set_exploration(store(), ada_, wrong).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(set_exploration(store(), ViewerId(99), 0.1).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(exploration_of(store(), ViewerId(99)).error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(store().put_preference(ada_, "exploration", "7"));
  EXPECT_EQ(exploration_of(store(), ada_).error().code(), ErrorCode::DataLoss);
}

TEST_F(FeedbackVerbs, TrainingAddsAVersionAndRollingBackReturnsToTheOneBefore) {
  fill_with_ratings();
  train();
  rate(0, 1, ada_);
  train();
  EXPECT_EQ(model_versions(store())->front().number, 2);
  EXPECT_EQ(model_versions(store())->front().trained_at, now_);
  EXPECT_EQ(roll_back_model(*cinema_)->number, 1);
  EXPECT_TRUE(cinema_->recommend({.viewer = ada_}));
  EXPECT_EQ(roll_back_model(*cinema_).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(use_model(*cinema_, 2)->number, 2);
  EXPECT_EQ(use_model(*cinema_, 9).error().code(), ErrorCode::NotFound);
}

TEST_F(FeedbackVerbs, AForecastCanBeLockedForAnyFilmBeforeTheRating) {
  fill_with_ratings();
  train();
  const auto forecast = cinema_->forecast(ada_, films_[0]);
  ASSERT_TRUE(forecast) << forecast.error().describe();
  EXPECT_LE(forecast->low, forecast->stars);
  EXPECT_GE(forecast->high, forecast->stars);
  EXPECT_EQ(forecast->model_version, 1);
  EXPECT_TRUE(store().lock_forecast(*forecast)->is_new);
  EXPECT_EQ(cinema_->forecast(ada_, FilmId(99)).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(cinema_->forecast(ViewerId(99), films_[0]).error().code(), ErrorCode::NotFound);
}

TEST_F(FeedbackVerbs, AModelThatCannotBeLoadedGivesWayToTheOneBefore) {
  fill_with_ratings();
  train();
  ASSERT_TRUE(store().add_model({.name = std::string(kRecommenderModel), .trained_at = now_, .bytes = "broken"}));
  cinema_->reload_model();
  const auto answer = cinema_->recommend({.viewer = ada_});
  ASSERT_TRUE(answer) << answer.error().describe();
  const auto versions = *model_versions(store());
  ASSERT_THAT(versions, SizeIs(2));
  EXPECT_EQ(versions[0].state, ModelState::Damaged);
  EXPECT_TRUE(versions[1].is_active);
}

TEST_F(FeedbackVerbs, HealthKnowsTheModelAndWhatCameSince) {
  EXPECT_TRUE(model_health(store())->is_retraining_advised);
  fill_with_ratings();
  train();
  EXPECT_FALSE(model_health(store())->is_retraining_advised);
  EXPECT_EQ(model_health(store())->events_trained_on, 50);
  now_ += std::chrono::hours(1);
  for (std::size_t film = 0; film < 10; ++film) {
    rate(film, 3, ada_);
    rate(film, 3, *store().put_viewer({.name = "Bo"}));
  }
  const auto health = *model_health(store());
  EXPECT_EQ(health.events_since, 20);
  EXPECT_THAT(health.reasons, Contains(HasSubstr("20 events came")));
}

TEST_F(FeedbackVerbs, AnExperimentRunsFromMeetingToReport) {
  ASSERT_TRUE(begin_experiment(*cinema_, experiment_of({{.name = "a", .share = 0.5}, {.name = "b", .share = 0.5}})));
  const Trial trial = *cinema_->trials().of(ada_, now_);
  EXPECT_EQ(cinema_->trials().of(ada_, now_)->maker.ranker, trial.maker.ranker) << "always the same one";
  EXPECT_THAT(trial.maker.ranker, AnyOf("e:a", "e:b"));
  EXPECT_EQ(cinema_->trials().of(ViewerId(), now_)->maker.ranker, "recommender") << "nobody's lists are not tried on";
  ASSERT_TRUE(show(trial, {0}));
  now_ += std::chrono::hours(1);
  rate(0, 4, ada_);
  const auto report = experiment_report(store(), "e", now_ + std::chrono::days(8));
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->results[0].exposed + report->results[1].exposed, 1);
  EXPECT_EQ(report->results[0].measured + report->results[1].measured, 1);
  EXPECT_EQ(report->results[0].mean + report->results[1].mean, 1);
  ASSERT_THAT(report->estimates, SizeIs(1)) << "nothing is known of the variant that nobody met";
  EXPECT_EQ(report->estimates[0].value, 1);
  EXPECT_THAT(report->estimates[0].warnings, ::testing::Not(::testing::IsEmpty())) << "of one list";
  ASSERT_TRUE(end_experiment(*cinema_, "e"));
  EXPECT_EQ(cinema_->trials().of(ada_, now_)->maker.ranker, "recommender");
  EXPECT_TRUE(show(trial, {1})) << "a list that was made before the end is shown all the same";
}

TEST_F(FeedbackVerbs, ListsFollowTheSettingsOfTheirVariant) {
  const auto turned = [](const char* settings) { return dials_of({.name = "v", .share = 0.5, .settings = settings}); };
  EXPECT_EQ(turned(R"({"variety":0.9,"surprise":0.4})")->diversity, 0.9);
  EXPECT_EQ(turned(R"({"variety":0.9,"surprise":0.4})")->exploration, 0.4);
  for (const char* settings : {R"({"variety":1.5})", R"({"variety":"much"})", R"({"volume":1})", "[]"}) EXPECT_FALSE(turned(settings)) << settings;
  const Experiment wild = experiment_of({{.name = "a", .share = 0.5}, {.name = "b", .share = 0.5, .settings = R"({"volume":1})"}});
  EXPECT_EQ(begin_experiment(*cinema_, wild).error().code(), ErrorCode::InvalidArgument);
  Experiment unnamed = experiment_of({{.name = "a+b", .share = 0.5}, {.name = "c", .share = 0.5}});
  EXPECT_EQ(begin_experiment(*cinema_, unnamed).error().code(), ErrorCode::InvalidArgument) << "names are joined by that sign";
  ASSERT_TRUE(begin_experiment(
      *cinema_, experiment_of({{.name = "a", .share = 0.5, .settings = R"({"variety":0.1})"}, {.name = "b", .share = 0.5, .settings = R"({"variety":0.9})"}})));
  std::set<double> found;
  for (int viewer = 0; viewer < 40; ++viewer) {
    const Trial trial = *cinema_->trials().of(*store().put_viewer({.name = "V" + std::to_string(viewer)}), now_);
    EXPECT_EQ(trial.dials.diversity, trial.maker.ranker == "e:a" ? 0.1 : 0.9);
    found.insert(trial.dials.diversity);
  }
  EXPECT_THAT(found, SizeIs(2));
}

// Lists of variant b are followed, those of a are not.
TEST_F(FeedbackVerbs, ABanditGivesMoreListsToWhatIsFollowedAndItsLogSaysWhatEachWouldHaveEarned) {
  Experiment bandit = experiment_of({{.name = "a", .share = 0.5}, {.name = "b", .share = 0.5}});
  bandit.allocation = Allocation::Adaptive;
  ASSERT_TRUE(begin_experiment(*cinema_, bandit));
  Experiment second = bandit;
  second.name = "f";
  EXPECT_EQ(begin_experiment(*cinema_, second).error().code(), ErrorCode::Conflict);
  std::vector<ViewerId> viewers;
  for (int i = 0; i < 60; ++i) viewers.push_back(*store().put_viewer({.name = "V" + std::to_string(i)}));
  int of_b = 0;
  for (int day = 0; day < 4; ++day) {
    of_b = 0;
    for (const ViewerId viewer : viewers) {
      const Trial trial = *cinema_->trials().of(viewer, now_);
      EXPECT_GT(trial.maker.ranker_chance, 0);
      EXPECT_LT(trial.maker.ranker_chance, 1);
      ASSERT_TRUE(show(trial, {static_cast<std::size_t>(day)}, viewer));
      if (trial.maker.ranker != "e:b") continue;
      ++of_b;
      ASSERT_TRUE(store().append_events(
          std::vector<Event>{{.viewer = viewer, .film = films_[static_cast<std::size_t>(day)], .kind = EventKind::Watch, .at = now_ + std::chrono::hours(1)}}));
    }
    now_ += std::chrono::hours(25);
    std::ignore = cinema_->trials().of(ada_, now_);  // whoever comes first has it learn
    cinema_->trials().settle();
  }
  EXPECT_GT(of_b, 50) << "of 60 on the last day";
  const auto report = experiment_report(store(), "e", now_ + std::chrono::days(8));
  ASSERT_TRUE(report) << report.error().describe();
  ASSERT_THAT(report->estimates, SizeIs(2));
  EXPECT_EQ(report->estimates[0].value, 0);
  EXPECT_EQ(report->estimates[1].value, 1);
  EXPECT_EQ(report->estimates[0].lists + report->estimates[1].lists, 240);
  EXPECT_THAT(report->warnings, Contains(HasSubstr("a bandit")));
  EXPECT_FALSE(report->results[1].is_significant) << "viewers met both";
  EXPECT_FALSE(std::isfinite(report->results[1].low)) << "nothing is said of a difference";
}

}  // namespace
}  // namespace cineloom
