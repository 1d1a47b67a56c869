#include "recommend/internal/score_board.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace cineloom {
namespace {

constexpr int kFilms = 3000;
constexpr int kViewers = 120;

struct World {
  std::vector<Film> films;
  std::vector<Event> events;
};

/// More films than a board keeps in order, with viewers who prefer one of six kinds.
World made_world() {
  Random random(11);
  World world;
  for (int i = 0; i < kFilms; ++i) {
    world.films.push_back({.id = FilmId(i + 1),
                           .key = "film-" + std::to_string(i),
                           .title = {.english = "Film " + std::to_string(i)},
                           .year = 1940 + i % 80,
                           .genres = {"genre" + std::to_string(i % 6)},
                           .directors = {"Director " + std::to_string(i % 400)}});
  }
  for (int viewer = 1; viewer <= kViewers; ++viewer) {
    for (int i = 0; i < 60; ++i) {
      const auto film = static_cast<int>(random.below(kFilms));
      const double stars = std::clamp((film % 6 == viewer % 6 ? 4.4 : 2.4) + 0.6 * random.normal(), 0.5, 5.0);
      world.events.push_back({.viewer = ViewerId(viewer),
                              .film = FilmId(film + 1),
                              .kind = EventKind::Rate,
                              .value = stars,
                              .at = Timestamp(std::chrono::seconds(world.events.size()))});
    }
  }
  return world;
}

Expected<Recommender> trained(const World& world) {
  TrainOptions options{.most_probed = 0};
  options.stars = {.factors = 6, .burn_in = 4, .sweeps = 4, .samples = 4, .widening = 1};
  options.likes = {.factors = 8, .sweeps = 4};
  options.together = {.regularization = 50.0F, .most_items = 400};
  options.next.most_items = 200;
  options.cold->passes = 0;
  Progress progress;
  return Recommender::train(world.films, world.events, options, progress, CancelToken());
}

std::vector<Event> events_of(const World& world, ViewerId viewer) {
  std::vector<Event> own;
  std::ranges::copy_if(world.events, std::back_inserter(own), [&](const Event& event) { return event.viewer == viewer; });
  return own;
}

/// The plain way: every film that meets the conditions is asked.
int rank_by_asking_all(const ScoreBoard& board, const Taste& taste, std::int32_t item) {
  const double own = board.score_with(taste, item);
  int rank = 1;
  for (std::int32_t other = 0; other < kFilms; ++other) {
    if (other == item || !board.conditions().is_allowed(static_cast<std::size_t>(other))) continue;
    const double score = board.score_with(taste, other);
    rank += score > own || (score == own && other < item) ? 1 : 0;
  }
  return rank;
}

TEST(ScoreBoard, RanksByAnotherTasteAsAskingAllFilmsDoes) {
  const World world = made_world();
  const auto recommender = trained(world);
  ASSERT_TRUE(recommender) << recommender.error().describe();
  for (int viewer = 1; viewer <= 6; ++viewer) {
    const auto events = events_of(world, ViewerId(viewer));
    RecommendRequest request{.viewer = ViewerId(viewer), .mood = {}};
    if (viewer % 2 == 0) request.visit.begin = events[40].at;
    if (viewer % 3 == 0) request.companions = std::span(world.events).subspan(60, 60);
    const ScoreBoard board(*recommender, events, request);
    ASSERT_EQ(board.best().size(), 1024U);
    for (std::size_t place = 0; place < board.taste().past().films.size(); place += 7) {
      // One film, and several: the further the taste moves, the more films may overtake.
      for (const std::vector<std::size_t>& gone : {std::vector<std::size_t>{place}, std::vector<std::size_t>{0, 20, 30}}) {
        const Taste taste = board.taste().without(gone);
        for (const std::int32_t item : {board.best()[0], board.best()[3], board.best()[40], board.best()[1000]}) {
          EXPECT_EQ(board.rank_with(taste, item), rank_by_asking_all(board, taste, item)) << "viewer " << viewer << " without place " << place;
        }
      }
    }
  }
}

TEST(ScoreBoard, TheBestAreThoseOfAllInOrder) {
  const World world = made_world();
  const auto recommender = trained(world);
  ASSERT_TRUE(recommender);
  const auto events = events_of(world, ViewerId(5));
  const RecommendRequest request{.viewer = ViewerId(5), .mood = {}};
  const ScoreBoard board(*recommender, events, request);
  for (std::size_t place = 0; place < board.best().size(); place += 93) {
    const std::int32_t item = board.best()[place];
    EXPECT_EQ(board.rank_in(board.scores(), item), static_cast<int>(place) + 1);
    EXPECT_EQ(board.rank_of(item), static_cast<int>(place) + 1);
  }
}

TEST(ScoreBoard, FilmsThatRunLikeTheDrawnEveningRiseAndThoseWithoutACourseKeepTheirScore) {
  const World world = made_world();
  const auto recommender = trained(world);
  ASSERT_TRUE(recommender) << recommender.error().describe();
  const std::vector<Event> events = events_of(world, ViewerId(1));
  const RecommendRequest plain{.viewer = ViewerId(1)};
  RecommendRequest drawn = plain;
  drawn.courses = {{FilmId(5), 0.9}, {FilmId(6), -0.9}};
  const ScoreBoard before(*recommender, events, plain);
  const ScoreBoard after(*recommender, events, drawn);
  EXPECT_GT(after.scores()[4], before.scores()[4]);
  EXPECT_LT(after.scores()[5], before.scores()[5]);
  EXPECT_EQ(after.scores()[6], before.scores()[6]);
  EXPECT_GT(after.part("course", 4), 0);
  EXPECT_EQ(after.part("course", 6), 0);
}

}  // namespace
}  // namespace cineloom
