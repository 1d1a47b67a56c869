#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "recommend/evaluation.h"
#include "recommend/ranking/film_feeling.h"
#include "recommend/recommender.h"
#include "recommend/testing/planted_world.h"

namespace cineloom {
namespace {

using testing::fan_of;
using testing::PlantedWorld;

constexpr int kFilms = PlantedWorld::kFilms;

TEST(Recommender, FindsWhatANewViewerLikes) {
  const PlantedWorld world;
  const auto recommender = world.train();
  ASSERT_TRUE(recommender) << recommender.error().describe();
  for (const int parity : {0, 1}) {
    const auto events = fan_of(parity);
    for (const Pick& pick : recommender->recommend(events, {.mood = {}, .count = 6}).picks) {
      EXPECT_EQ((pick.film.number() - 1) % 2, parity);
      EXPECT_LT(pick.interval_low, pick.predicted_stars);
    }
  }
}

TEST(Recommender, KnowsTheLastEventAtOnce) {
  const PlantedWorld world;
  const auto recommender = world.train();
  auto events = fan_of(0);
  const FilmId first = recommender->recommend(events, {.mood = {}}).picks.front().film;
  events.push_back({.viewer = ViewerId(500), .film = first, .kind = EventKind::Hide, .at = Timestamp(std::chrono::seconds(99))});
  for (const Pick& pick : recommender->recommend(events, {.mood = {}, .count = 50}).picks) EXPECT_NE(pick.film, first);
  events.push_back({.viewer = ViewerId(500), .film = first, .kind = EventKind::Unhide, .at = Timestamp(std::chrono::seconds(100))});
  EXPECT_EQ(recommender->recommend(events, {.mood = {}}).picks.front().film, first);
}

/// The same events as if the viewer had seen those films and said nothing of them.
std::vector<Event> unspoken(std::vector<Event> events, std::span<const FilmId> films) {
  for (Event& event : events) {
    if (std::ranges::find(films, event.film) == films.end()) continue;
    event.kind = EventKind::Watch;
    event.value.reset();
  }
  return events;
}

TEST(Recommender, EveryPickHasACauseAndEachCauseHoldsWhenTheListIsMadeAgain) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const auto events = fan_of(1);
  const auto whole = recommender->recommend(events, {.mood = {}, .count = 10});
  int causes = 0;
  for (const Pick& pick : whole.picks) {
    ASSERT_FALSE(pick.reasons.empty());
    for (const Reason& reason : pick.reasons) {
      if (!reason.rank_without) continue;
      ++causes;
      std::vector<FilmId> gone = reason.together;
      if (reason.because) gone.push_back(*reason.because);
      const auto contrast = recommender->explain_absence(unspoken(events, gone), {.mood = {}}, pick.film);
      ASSERT_TRUE(contrast);
      EXPECT_EQ(contrast->rank, reason.rank_without);
      EXPECT_GT(*contrast->rank, pick.rank);
      EXPECT_NEAR(contrast->score, pick.score - reason.effect, 1e-4);
    }
  }
  EXPECT_GE(causes, 5);
}

TEST(Recommender, ThePartsOfAScoreSumToIt) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const Mood sad{.feeling = {.valence = -0.7, .arousal = 0.3}, .uncertainty = 0};
  const auto companion = fan_of(0);
  RecommendRequest request{.viewer = ViewerId(1), .mood = sad, .companions = companion, .count = 5};
  request.dials = {.popularity = 0.5, .freshness = 0.5, .exploration = 0.5, .more = {"comedy"}, .less = {"Director 3"}};
  request.visit = {.toward = {FilmId(3)}, .away = {FilmId(4)}};
  for (const Pick& pick : recommender->recommend(fan_of(1), request).picks) {
    double sum = 0;
    for (const ScorePart& part : pick.parts) sum += part.worth;
    EXPECT_NEAR(sum, pick.score, 1e-9);
    EXPECT_EQ(pick.members.size(), 2U);
  }
}

TEST(Recommender, SaysWhyAFilmIsMissing) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const auto events = fan_of(0);
  EXPECT_EQ(recommender->explain_absence(events, {.mood = {}}, FilmId(999)).error().code(), ErrorCode::NotFound);
  const auto seen = recommender->explain_absence(events, {.mood = {}}, FilmId(1));
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->rank);
  EXPECT_EQ(seen->conditions.front().english, "you have seen it");
  const auto last = recommender->explain_absence(events, {.mood = {}}, FilmId(32));
  ASSERT_TRUE(last);
  EXPECT_GT(*last->rank, 20);
  EXPECT_LT(last->score, last->needed);
}

TEST(Recommender, AGroupOfOppositeTastesIsServedFairly) {
  const PlantedWorld world;
  const auto recommender = world.train();
  auto companion = fan_of(0);
  for (Event& event : companion) event.viewer = ViewerId(501);
  const auto gap = [&](GroupPolicy policy) {
    const auto list = recommender->recommend(fan_of(1, 3), {.viewer = ViewerId(500), .mood = {}, .companions = companion, .group = policy, .count = 8});
    EXPECT_EQ(list.fairness.size(), 2U);
    return std::abs(list.fairness.front().satisfaction - list.fairness.back().satisfaction);
  };
  EXPECT_LT(gap(GroupPolicy::Fair), 0.5);
  EXPECT_LE(gap(GroupPolicy::Fair), gap(GroupPolicy::Average));
}

TEST(Recommender, AProgrammeFitsTheTimeTogether) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const auto programme = recommender->recommend(fan_of(0), {.mood = {}, .time = std::chrono::minutes(300), .programme = 3});
  ASSERT_EQ(programme.picks.size(), 3U);
  std::chrono::minutes total{0};
  for (const Pick& pick : programme.picks) total += world.films[static_cast<std::size_t>(pick.film.number() - 1)].runtime;
  EXPECT_LE(total, std::chrono::minutes(300));
  EXPECT_TRUE(recommender->recommend(fan_of(0), {.mood = {}, .time = std::chrono::minutes(100), .programme = 3}).picks.empty());
}

TEST(Recommender, SaysWhatToDropWhenNoFilmMeetsTheConditions) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const auto none = recommender->recommend(fan_of(0), {.mood = {}, .filter = {.any_genres = {"western"}}});
  EXPECT_TRUE(none.picks.empty());
  ASSERT_EQ(none.relaxations.size(), 1U);
  EXPECT_EQ(none.relaxations.front().condition, "genre");
  EXPECT_GT(none.relaxations.front().films, 50);
}

TEST(Recommender, ExplorationIsADrawThatStaysWithinAVisitAndChangesBetweenVisits) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const auto list = [&](Seed visit) {
    std::vector<FilmId> films;
    for (const Pick& pick : recommender->recommend(fan_of(0), {.mood = {}, .dials = {.exploration = 1}, .count = 10, .draw = visit}).picks)
      films.push_back(pick.film);
    return films;
  };
  EXPECT_EQ(list(7), list(7));
  EXPECT_NE(list(7), list(8));
}

TEST(Recommender, KnowsHowLikelyEachPickWasUnderExploration) {
  const PlantedWorld world;
  const auto recommender = world.train();
  double sum = 0;
  for (const Pick& pick : recommender->recommend(fan_of(0), {.mood = {}, .dials = {.exploration = 1}, .count = 5}).picks) {
    EXPECT_GT(pick.propensity, 0);
    EXPECT_LE(pick.propensity, 1);
    sum += pick.propensity;
  }
  EXPECT_LT(sum, 5);
  EXPECT_EQ(recommender->recommend(fan_of(0), {.mood = {}}).picks.front().propensity, 1);
}

TEST(Recommender, AFilmsPropensityIsTheShareOfVisitsWhoseListHoldsIt) {
  const PlantedWorld world;
  const auto recommender = world.train();
  constexpr int kVisits = 120;
  const auto list = [&](Seed visit) { return recommender->recommend(fan_of(0), {.mood = {}, .dials = {.exploration = 1}, .count = 5, .draw = visit}).picks; };
  std::map<FilmId, int> times;
  std::map<FilmId, double> propensities;
  for (int visit = 0; visit < kVisits; ++visit) {
    for (const Pick& pick : list(derive_seed(Seed{9}, static_cast<std::uint64_t>(visit)))) {
      ++times[pick.film];
      propensities[pick.film] += pick.propensity;
    }
  }
  for (const auto& [film, count] : times) {
    if (count < kVisits / 4) continue;  // the draw that showed a film counts too, which rare films feel most
    EXPECT_NEAR(propensities[film] / count, static_cast<double>(count) / kVisits, 0.12) << film.number();
  }
}

TEST(Recommender, WithoutAnyEventContentAndMoodDecide) {
  const PlantedWorld world;
  Progress progress;
  const auto recommender = Recommender::train(world.films, {}, {}, progress, CancelToken());
  ASSERT_TRUE(recommender);
  const Mood sad{.feeling = {.valence = -0.7, .arousal = 0.3}, .uncertainty = 0};
  EXPECT_EQ((recommender->recommend({}, {.mood = sad}).picks.front().film.number() - 1) % 2, 0);
  EXPECT_EQ((recommender->recommend(fan_of(1), {.mood = {}}).picks.front().film.number() - 1) % 2, 1);
}

TEST(Recommender, WatchingSpeaksOnlyWhereNobodyRates) {
  PlantedWorld world;
  for (Event& event : world.events) {
    if (*event.value < 3) event.kind = EventKind::Skip;
    if (event.kind == EventKind::Rate) event.kind = EventKind::Watch;
    event.value.reset();
  }
  const auto recommender = world.train();
  ASSERT_TRUE(recommender);
  std::vector<Event> watched;
  for (int i = 0; i < 6; ++i) watched.push_back({.viewer = ViewerId(500), .film = FilmId(2 * i + 2), .kind = EventKind::Watch});
  for (const Pick& pick : recommender->recommend(watched, {.mood = {}, .count = 5}).picks) EXPECT_EQ((pick.film.number() - 1) % 2, 1);
}

TEST(Recommender, KeepsEveryCondition) {
  const PlantedWorld world;
  const auto recommender = world.train();
  Mood mood{.uncertainty = 0};
  mood.constraints.company = "children";
  mood.constraints.avoid = {"horror"};
  const auto picks = recommender->recommend({}, {.mood = mood, .time = std::chrono::minutes(100), .count = 50}).picks;
  ASSERT_FALSE(picks.empty());
  for (const Pick& pick : picks) {
    const Film& film = world.films[static_cast<std::size_t>(pick.film.number() - 1)];
    EXPECT_LE(film.runtime, std::chrono::minutes(100));
    EXPECT_EQ(film.genres.front(), "comedy");
    EXPECT_EQ(film.age_rating, 0);
  }
}

TEST(Recommender, FollowsTheMood) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const Mood sad{.feeling = {.valence = -0.7, .arousal = 0.3}, .uncertainty = 0};
  const auto lifted = recommender->recommend({}, {.mood = sad, .policy = MoodPolicy::Lift, .count = 3});
  const auto purged = recommender->recommend({}, {.mood = sad, .policy = MoodPolicy::Catharsis, .count = 3});
  EXPECT_EQ((lifted.picks.front().film.number() - 1) % 2, 0);
  EXPECT_EQ((purged.picks.front().film.number() - 1) % 2, 1);
}

TEST(Recommender, PredictsFilmsThatNobodyRatedByTheirContent) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const auto events = fan_of(0);
  EXPECT_GT(*recommender->predict(events, FilmId(kFilms - 1)), *recommender->predict(events, FilmId(kFilms)) + 0.5);
}

TEST(Recommender, ComesBackFromItsBytes) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const std::string bytes = recommender->to_bytes();
  const auto again = Recommender::load(world.films, bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->predict(fan_of(0), FilmId(30)), recommender->predict(fan_of(0), FilmId(30)));
  EXPECT_EQ(Recommender::load(world.films, std::string_view(bytes).substr(0, bytes.size() - 3)).error().code(), ErrorCode::DataLoss);
}

TEST(Recommender, IsTheSameForTheSameRatings) {
  const PlantedWorld world;
  EXPECT_EQ(world.train()->to_bytes(), world.train()->to_bytes());
}

TEST(Recommender, CanBeCancelledAndNeedsFilms) {
  const PlantedWorld world;
  CancelSource source;
  source.cancel();
  Progress progress;
  EXPECT_EQ(Recommender::train(world.films, world.events, {}, progress, source.token()).error().code(), ErrorCode::Cancelled);
  EXPECT_EQ(Recommender::train({}, world.events, {}, progress, CancelToken()).error().code(), ErrorCode::InvalidArgument);
}

TEST(Evaluation, BeatsTheBaselineWhereTasteIsPlanted) {
  const PlantedWorld world;
  Progress progress;
  const auto evaluation = evaluate_ratings(world.films, world.events, {}, progress, CancelToken());
  ASSERT_TRUE(evaluation);
  EXPECT_LT(evaluation->rmse, 0.65);
  EXPECT_GT(evaluation->baseline_rmse, 1.0);
  EXPECT_NEAR(evaluation->mse, evaluation->rmse * evaluation->rmse, 1e-12);
}

TEST(FilmFeeling, PlacesComedyAboveHorror) {
  EXPECT_GT(film_feeling({.genres = {"comedy"}}).valence, film_feeling({.genres = {"horror"}}).valence);
  EXPECT_DOUBLE_EQ(mood_fit({.valence = 0.5, .arousal = 0.5}, {.valence = 0.5, .arousal = 0.5}), 1);
}

}  // namespace
}  // namespace cineloom
