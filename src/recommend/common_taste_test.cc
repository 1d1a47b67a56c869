#include "recommend/common_taste.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/random.h"
#include "recommend/taste_models.h"
#include "recommend/testing/thread_ranks.h"

namespace cineloom {
namespace {

constexpr int kFilms = 60;
constexpr int kViewers = 90;

std::vector<Film> some_films() {
  std::vector<Film> films;
  for (int i = 1; i <= kFilms; ++i)
    films.push_back(Film{.id = FilmId(i), .key = "film-" + std::to_string(i), .title = {}, .genres = {i % 2 == 0 ? "drama" : "comedy"}});
  return films;
}

/// Even viewers rate even films high; film 1 is seen by all.
std::vector<Event> events_where(const std::function<bool(int)>& is_own, EventKind kind = EventKind::Rate) {
  std::vector<Event> events;
  for (int viewer = 1; viewer <= kViewers; ++viewer) {
    if (!is_own(viewer)) continue;
    Random random(derive_seed(5, std::to_string(viewer)));
    for (int film = 1; film <= kFilms; ++film) {
      if (film != 1 && random.uniform() > 0.3) continue;
      events.push_back({.viewer = ViewerId(viewer),
                        .film = FilmId(film),
                        .kind = kind,
                        .value = (viewer + film) % 2 == 0 ? 4.5 : 2,
                        .at = Timestamp(std::chrono::seconds(film))});
    }
  }
  return events;
}

bool everybody(int /*viewer*/) { return true; }

std::string bytes_of(const CommonTaste& taste) {
  ByteWriter out;
  taste.likes->write(out);
  out.put(taste.seen);
  return std::move(out).take();
}

const IalsOptions kOptions{.factors = 8, .sweeps = 4};

TEST(CommonTaste, IsTheSameForAnyNumberOfRanks) {
  const auto films = some_films();
  Progress silent;
  LoneRank lone;
  const auto alone = learn_in_ranks(films, events_where(everybody), lone, kOptions, silent, {});
  ASSERT_TRUE(alone && alone->likes);
  testing::ThreadRanks(3).run([&](Ranks& ranks) {
    Progress progress;
    const auto own = events_where([&](int viewer) { return viewer % ranks.size() == ranks.rank(); });
    const auto taste = learn_in_ranks(films, own, ranks, kOptions, progress, {});
    EXPECT_TRUE(taste && bytes_of(*taste) == bytes_of(*alone)) << ranks.rank();
  });
  EXPECT_EQ(alone->seen.front(), kViewers);
}

TEST(CommonTaste, KnowsFromAllTogetherWhetherWatchingIsLiking) {
  const auto films = some_films();
  testing::ThreadRanks(2).run([&](Ranks& ranks) {
    Progress progress;
    // One rank's viewers only watch, but those of the other rate.
    const auto own = events_where([&](int viewer) { return viewer % 2 == ranks.rank(); }, ranks.rank() == 0 ? EventKind::Watch : EventKind::Rate);
    const auto taste = learn_in_ranks(films, own, ranks, kOptions, progress, {});
    EXPECT_TRUE(taste && taste->watching == WatchMeaning::Nothing);
  });
}

TEST(CommonTaste, OfNobodyIsNoLiking) {
  const auto films = some_films();
  Progress progress;
  LoneRank lone;
  const auto taste = learn_in_ranks(films, {}, lone, kOptions, progress, {});
  ASSERT_TRUE(taste);
  EXPECT_FALSE(taste->likes);
}

TEST(CommonTaste, TeachesAModelWhatItsOwnEventsDoNotTell) {
  const auto films = some_films();
  Progress progress;
  LoneRank lone;
  const auto common = learn_in_ranks(films, events_where(everybody), lone, {.factors = 48, .sweeps = 4}, progress, {});
  ASSERT_TRUE(common && common->likes);
  const auto few = events_where([](int viewer) { return viewer <= 8; });
  const auto models = TasteModels::train(films, few, {.cold = {}, .of_all = &*common}, progress, {});
  ASSERT_TRUE(models && models->likes());
  EXPECT_TRUE(std::ranges::equal(models->likes()->item_factors().values(), common->likes->item_factors().values()));
  EXPECT_EQ(models->popularity(0), 1) << "all have seen it";
  EXPECT_LT(models->popularity(1), 1);
  EXPECT_TRUE(models->stars()) << "learned from the few";
}

}  // namespace
}  // namespace cineloom
