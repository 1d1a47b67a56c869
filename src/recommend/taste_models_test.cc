#include "recommend/taste_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "recommend/internal/blend.h"
#include "recommend/internal/model_check.h"
#include "recommend/internal/training_memory.h"
#include "recommend/testing/planted_world.h"

namespace cineloom {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using testing::fan_of;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::PlantedWorld;

constexpr int kKnown = 70;  // films there are when the model is trained

/// The planted world before its last films came: their events are not there yet.
PlantedWorld world_before() {
  PlantedWorld world;
  world.films.resize(kKnown);
  std::erase_if(world.events, [](const Event& event) { return event.film.number() > kKnown; });
  return world;
}

Recommender extended(const PlantedWorld& before, std::span<const Film> films) {
  auto loaded = Recommender::load(films, before.train()->to_bytes());
  EXPECT_TRUE(loaded) << loaded.error().describe();
  return *std::move(loaded);
}

TEST(FilmsThatCameLater, AreRecommendedByTheirContentWithReasonsThatHold) {
  const Recommender recommender = extended(world_before(), PlantedWorld().films);
  const auto events = fan_of(0);
  int found = 0;
  for (const Pick& pick : recommender.recommend(events, {.mood = {}, .count = 34}).picks) {
    if (pick.film.number() <= kKnown) continue;
    ++found;
    EXPECT_EQ((pick.film.number() - 1) % 2, 0);
    EXPECT_THAT(pick.reasons, Contains(Field(&Reason::kind, ReasonKind::NewHere)));
    for (const Reason& reason : pick.reasons) {
      if (reason.kind != ReasonKind::BecauseOfFilm) continue;
      auto without = events;
      for (Event& event : without) {
        if (event.film != *reason.because) continue;
        event.kind = EventKind::Watch;
        event.value.reset();
      }
      EXPECT_EQ(recommender.explain_absence(without, {.mood = {}}, pick.film)->rank, reason.rank_without);
    }
  }
  EXPECT_GE(found, 3);
}

TEST(FilmsThatCameLater, AreForecastLikeFilmsOfTheirKindAndHaveNoPopularity) {
  const Recommender recommender = extended(world_before(), PlantedWorld().films);
  const auto events = fan_of(0);
  EXPECT_GT(*recommender.predict(events, FilmId(kKnown + 1)), *recommender.predict(events, FilmId(kKnown + 2)) + 1);
  EXPECT_TRUE(recommender.models().is_new(kKnown));
  EXPECT_FALSE(recommender.models().is_new(0));
  EXPECT_EQ(recommender.models().popularity(kKnown), 0);
  ASSERT_TRUE(recommender.models().is_cold(kKnown));
  EXPECT_FALSE(recommender.models().is_cold(0));
  EXPECT_EQ(recommender.models().together()->contribution(kKnown, 0), 0);
}

TEST(FilmsThatCameLater, CountInTheNextQuestionOnceSomebodyRatesThem) {
  const Recommender recommender = extended(world_before(), PlantedWorld().films);
  std::vector<Event> events;
  const double before = *recommender.predict(events, FilmId(kKnown + 3));
  events.push_back({.viewer = ViewerId(500), .film = FilmId(kKnown + 1), .kind = EventKind::Rate, .value = 5});
  EXPECT_GT(*recommender.predict(events, FilmId(kKnown + 3)), before);
}

TEST(FilmsThatAreGone, AreDroppedAndTheOthersKeepTheirStarsWhereverTheyStand) {
  const PlantedWorld world;
  const auto whole = world.train();
  std::vector<Film> films(world.films.rbegin(), world.films.rend() - 20);
  for (Film& film : films) film.id = FilmId(film.id.number() + 1000);  // numbers may change, keys stay
  const auto fewer = Recommender::load(films, whole->to_bytes());
  ASSERT_TRUE(fewer) << fewer.error().describe();
  const std::vector<Event> before{{.viewer = ViewerId(500), .film = FilmId(31), .kind = EventKind::Rate, .value = 5}};
  std::vector<Event> after = before;
  after.front().film = FilmId(1031);
  for (const int film : {25, 40, 75}) EXPECT_NEAR(*fewer->predict(after, FilmId(1000 + film)), *whole->predict(before, FilmId(film)), 0.05) << film;
  EXPECT_FALSE(fewer->predict(after, FilmId(5)));
  EXPECT_EQ(fewer->recommend(after, {.mood = {}, .count = 50}).candidates, 59);
}

TEST(StoredModel, OfOtherFilmsAltogetherIsNotTaken) {
  const std::string bytes = PlantedWorld().train()->to_bytes();
  const std::vector<Film> others{{.id = FilmId(1), .key = "another"}};
  EXPECT_EQ(Recommender::load(others, bytes).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(Recommender::load({}, bytes).error().code(), ErrorCode::Conflict);
}

TEST(StoredModel, CutShortOrOfAnotherVersionIsRefusedWithANextStep) {
  const PlantedWorld world;
  const std::string bytes = world.train()->to_bytes();
  const auto refused = [&](std::string_view damaged) {
    const auto loaded = Recommender::load(world.films, damaged);
    return !loaded && loaded.error().code() == ErrorCode::DataLoss;
  };
  for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 97) EXPECT_TRUE(refused(std::string_view(bytes).substr(0, size))) << size;
  EXPECT_TRUE(refused(bytes + "x"));
  std::string other = bytes;
  other[0] = 77;
  EXPECT_TRUE(refused(other));
  EXPECT_THAT(Recommender::load(world.films, other).error().describe(), HasSubstr("another version"));
  EXPECT_THAT(std::string(Recommender::load(world.films, other).error().advice()), HasSubstr("train"));
}

TEST(Training, GoesOnFromTheLastModelAndRanksAsWell) {
  const PlantedWorld world;
  const auto last = world.train();
  const auto again = world.train({.last = LastModel{.models = &last->models(), .trained_at = Timestamp::max()}});
  ASSERT_TRUE(again) << again.error().describe();
  ASSERT_TRUE(again->models().quality());
  EXPECT_GT(again->models().quality()->ndcg, 0.95 * last->models().quality()->ndcg);
  const auto fresh = world.train({.last = LastModel{.models = &last->models(), .trained_at = Timestamp::max(), .quality = *last->models().quality()}});
  EXPECT_TRUE(fresh) << fresh.error().describe();
  EXPECT_EQ(again->models().quality()->viewers, last->models().quality()->viewers);
}

/// Watching is all there is, so that liking alone ranks.
PlantedWorld world_of_likes() {
  PlantedWorld world;
  std::erase_if(world.events, [](const Event& event) { return *event.value < 3.5; });
  for (Event& event : world.events) {
    event.kind = EventKind::Like;
    event.value.reset();
  }
  return world;
}

TEST(Training, RefusesAModelThatRanksWorseThanTheLastUnlessItIsWantedAllTheSame) {
  const PlantedWorld world = world_of_likes();
  const auto last = world.train();
  ASSERT_TRUE(last);
  TrainOptions broken{.likes = {.factors = 4, .sweeps = 1, .terms = {.regularization = 1e4F}}, .together = {.regularization = 1e7F}};
  broken.last = LastModel{.models = &last->models(), .trained_at = Timestamp()};
  broken.likes.init_scale = 1e-3F;
  const auto worse = world.train(broken);
  ASSERT_FALSE(worse);
  EXPECT_EQ(worse.error().code(), ErrorCode::Conflict);
  EXPECT_THAT(worse.error().describe(), HasSubstr("ranks worse"));
  EXPECT_THAT(std::string(worse.error().advice()), HasSubstr("--anyway"));
  broken.last->trained_at = Timestamp::max();
  broken.last->quality = {.ndcg = 1, .viewers = 60};
  EXPECT_EQ(world.train(broken).error().code(), ErrorCode::Conflict);
  broken.worse = WorseModel::Take;
  EXPECT_TRUE(world.train(broken));
}

TEST(ModelComparison, RefusesClearLossesAndScoresThatAreNoNumbers) {
  const auto is_worse = [](double now, double before, bool are_the_same) {
    return ModelComparison{.now = {.ndcg = now, .viewers = 50}, .before = {.ndcg = before, .viewers = 50}, .error = 0.01, .are_the_same = are_the_same}
        .is_worse();
  };
  EXPECT_TRUE(is_worse(0.20, 0.30, true));
  EXPECT_FALSE(is_worse(0.28, 0.30, true));
  EXPECT_FALSE(is_worse(0.30, 0.20, true));
  EXPECT_FALSE(is_worse(0.20, 0.30, false));
  EXPECT_TRUE(is_worse(0.10, 0.30, false));
  EXPECT_TRUE(is_worse(-1, 0.30, true));
  EXPECT_FALSE(is_worse(0.01, -1, true));
}

TEST(Training, RefusesALastModelOfOtherFilms) {
  const auto last = world_before().train();
  EXPECT_EQ(PlantedWorld().train({.last = LastModel{.models = &last->models(), .trained_at = {}}}).error().code(), ErrorCode::InvalidArgument);
}

TEST(Training, PassesOverRatingsThatAreNoNumbersOrOffTheScale) {
  PlantedWorld sound;
  PlantedWorld spoilt = sound;
  for (const double stars : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -3.0, 0.0, 1e30}) {
    spoilt.events.push_back({.viewer = ViewerId(1), .film = FilmId(2), .kind = EventKind::Rate, .value = stars, .at = Timestamp(std::chrono::hours(99))});
  }
  spoilt.events.push_back({.viewer = ViewerId(1), .film = FilmId(2), .kind = EventKind::Rate, .value = std::nullopt, .at = Timestamp(std::chrono::hours(99))});
  EXPECT_EQ(spoilt.train()->to_bytes(), sound.train()->to_bytes());
}

TEST(Training, TakesTheLastWordWhereEventsAreRepeatedOrContradictEachOther) {
  const PlantedWorld sound;
  PlantedWorld doubled = sound;
  doubled.events.clear();
  for (const Event& event : sound.events) {
    Event before = event;
    before.value = 5.5 - *event.value;
    doubled.events.push_back(before);
    doubled.events.push_back(event);
    doubled.events.push_back(event);
  }
  EXPECT_EQ(doubled.train()->to_bytes(), sound.train()->to_bytes());
}

TEST(Training, TakesEventsOfTheFutureInTheirOrder) {
  const PlantedWorld sound;
  PlantedWorld future = sound;
  for (Event& event : future.events) event.at += std::chrono::years(500);
  const auto models = future.train();
  ASSERT_TRUE(models) << models.error().describe();
  EXPECT_NEAR(*models->predict(fan_of(0), FilmId(31)), *sound.train()->predict(fan_of(0), FilmId(31)), 1e-9);
}

TEST(Training, LearnsFromViewersOfOneEventAndFilmsOfNone) {
  PlantedWorld world;
  world.events.clear();
  for (int viewer = 1; viewer <= 40; ++viewer) world.rate(viewer, viewer, viewer % 2 == 0 ? 5 : 1);
  const auto recommender = world.train();
  ASSERT_TRUE(recommender) << recommender.error().describe();
  for (int film = 1; film <= PlantedWorld::kFilms; ++film) EXPECT_TRUE(std::isfinite(*recommender->predict(fan_of(1), FilmId(film))));
  EXPECT_EQ((recommender->recommend(fan_of(1), {.mood = {}}).picks.front().film.number() - 1) % 2, 1);
}

TEST(Training, OfACatalogueThatDoesNotFitTheMemoryIsRefusedWithAnEstimate) {
  const auto refused = PlantedWorld().train({.memory_budget = 1000});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::ResourceExhausted);
  EXPECT_THAT(refused.error().describe(), HasSubstr("MiB"));
  EXPECT_EQ(within_memory({.memory_budget = 2ULL << 30U}, 1'000'000, 1'000'000).error().code(), ErrorCode::ResourceExhausted);
}

TEST(Training, KeepsTheMostPopularFilmsOnlyWhereTheItemWeightsWouldNotFit) {
  const auto whole = within_memory({.memory_budget = 16ULL << 30U}, 100'000, 1'000'000);
  const auto tight = within_memory({.memory_budget = 1ULL << 30U}, 100'000, 1'000'000);
  ASSERT_TRUE(whole && tight);
  EXPECT_EQ(whole->together.most_items, TasteOptions().together.most_items);
  EXPECT_LT(tight->together.most_items, TasteOptions().together.most_items);
  EXPECT_GT(tight->together.most_items, 4'000);
}

TEST(Training, OfManyFilmsProbesFewerViewersSoThatTheirAnswersFitTheMemory) {
  EXPECT_EQ(most_probed(400, 4'000), 400U);
  EXPECT_EQ(most_probed(400, 100'000), 80U);
  EXPECT_EQ(most_probed(400, 10'000'000), 50U);
  EXPECT_EQ(most_probed(0, 10), 0U);
}

}  // namespace
}  // namespace cineloom
