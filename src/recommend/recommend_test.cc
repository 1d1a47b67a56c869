#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "recommend/evaluation.h"
#include "recommend/film_feeling.h"
#include "recommend/recommender.h"

namespace cineloom {
namespace {

constexpr int kFilms = 80;
constexpr int kViewers = 60;

/// Films of two kinds and viewers who like one of them, with noise: what a model must find again.
struct PlantedWorld {
  std::vector<Film> films;
  std::vector<Event> events;

  PlantedWorld() {
    for (int i = 0; i < kFilms; ++i) {
      films.push_back({.id = FilmId(i + 1), .key = "film-" + std::to_string(i), .title = {.english = "Film " + std::to_string(i)},
                       .year = 1950 + i % 60, .runtime = std::chrono::minutes(80 + i), .genres = {i % 2 == 0 ? "comedy" : "horror"},
                       .directors = {"Director " + std::to_string(i % 10)}, .languages = {"English"}, .age_rating = i % 2 == 0 ? 0 : 16});
    }
    Random random(3);
    for (int viewer = 0; viewer < kViewers; ++viewer) {
      for (int film = 0; film < kFilms - 2; ++film) {  // the last two films have no ratings
        if (random.uniform() > 0.4) continue;
        const bool likes = viewer % 2 == film % 2;
        rate(viewer + 1, film + 1, std::clamp((likes ? 4.3 : 1.8) + 0.5 * random.normal(), 0.5, 5.0));
      }
    }
  }
  void rate(int viewer, int film, double stars) {
    events.push_back({.viewer = ViewerId(viewer), .film = FilmId(film), .kind = EventKind::Rate, .value = stars, .at = Timestamp(std::chrono::seconds(events.size()))});
  }
  Expected<Recommender> train() const {
    Progress progress;
    return Recommender::train(films, events, {}, progress, CancelToken());
  }
};

std::vector<Event> fan_of(int parity, int count = 6) {
  std::vector<Event> events;
  for (int i = 0; i < count; ++i) {
    const int film = 2 * i + parity + 1;
    events.push_back({.viewer = ViewerId(500), .film = FilmId(film), .kind = EventKind::Rate, .value = 5, .at = Timestamp(std::chrono::seconds(i))});
    events.push_back({.viewer = ViewerId(500), .film = FilmId(2 * i + (1 - parity) + 41), .kind = EventKind::Rate, .value = 1, .at = Timestamp(std::chrono::seconds(i))});
  }
  return events;
}

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

TEST(Recommender, GivesOnlyCausesThatHoldWhenTheListIsMadeAgain) {
  const PlantedWorld world;
  const auto recommender = world.train();
  const auto events = fan_of(1);
  const auto whole = recommender->recommend(events, {.mood = {}, .count = 4});
  int causes = 0;
  for (const Pick& pick : whole.picks) {
    ASSERT_FALSE(pick.reasons.empty());
    for (const Reason& reason : pick.reasons) {
      if (reason.kind != ReasonKind::BecauseOfFilm) continue;
      ++causes;
      auto fewer = events;
      std::erase_if(fewer, [&](const Event& event) { return event.film == *reason.because; });
      // The film itself is unseen again then, so only the score is compared.
      EXPECT_LT(*recommender->predict(fewer, pick.film), *recommender->predict(events, pick.film) + 1e-9);
      EXPECT_GE(*reason.rank_without, 1);
    }
  }
  EXPECT_GT(causes, 0);
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
  EXPECT_EQ(Recommender::load(std::span(world.films).first(10), bytes).error().code(), ErrorCode::Conflict);
}

TEST(Recommender, IsTheSameForTheSameRatings) {
  const PlantedWorld world;
  EXPECT_EQ(world.train()->to_bytes(), world.train()->to_bytes());
}

TEST(Recommender, CanBeCancelledAndNeedsRatings) {
  const PlantedWorld world;
  CancelSource source;
  source.cancel();
  Progress progress;
  EXPECT_EQ(Recommender::train(world.films, world.events, {}, progress, source.token()).error().code(), ErrorCode::Cancelled);
  EXPECT_EQ(Recommender::train(world.films, {}, {}, progress, CancelToken()).error().code(), ErrorCode::InvalidArgument);
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
