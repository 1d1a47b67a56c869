#include "pipeline/choosing_together.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/random.h"

namespace cineloom {
namespace {

using std::chrono::minutes;

constexpr std::array<const char*, 4> kGenres = {"comedy", "drama", "horror", "western"};
constexpr int kFilms = 80;

/// A library in which every viewer likes one genre and no other.
class ChoosingTogetherTest : public ::testing::Test {
 protected:
  ChoosingTogetherTest() : folder_(*TemporaryFolder::create("cineloom-together")) {
    cinema_ = *Cinema::open({.data = folder_.path(), .resources = CINELOOM_SOURCE_DIR, .program = {}, .now = [this] { return now_; }});
    for (int film = 0; film < kFilms; ++film) {
      films_.push_back(*cinema_->store().put_film({.key = "film-" + std::to_string(film),
                                                   .title = {.english = "Film " + std::to_string(film)},
                                                   .runtime = minutes(80 + film % 5 * 20),
                                                   .genres = {genre_of(film)}}));
    }
    Random random(5);
    std::vector<Event> events;
    for (int viewer = 0; viewer < 40; ++viewer) {
      const ViewerId id = *cinema_->store().put_viewer({.name = "Viewer " + std::to_string(viewer)});
      for (int film = 0; film < kFilms; ++film) {
        if (random.uniform() > 0.5) continue;
        const bool is_liked = film % 4 == viewer % 4;
        events.push_back({.viewer = id, .film = films_[static_cast<std::size_t>(film)], .kind = EventKind::Rate, .value = is_liked ? 4.5 : 2, .at = now_});
      }
    }
    EXPECT_TRUE(cinema_->store().append_events(events));
    host_ = *cinema_->store().put_viewer({.name = "Host"});
  }
  static std::string genre_of(int film) { return kGenres[static_cast<std::size_t>(film % 4)]; }
  [[nodiscard]] std::vector<FilmId> some_of(int genre, int count) const {
    std::vector<FilmId> some;
    for (int film = genre; std::ssize(some) < count; film += 4) some.push_back(films_[static_cast<std::size_t>(film)]);
    return some;
  }
  Recommendation choose(const std::vector<WishesTogether>& members, int count = 3) {
    auto chosen = choose_together(*cinema_, host_, members, count, CancelToken());
    EXPECT_TRUE(chosen) << chosen.error().describe();
    return chosen ? *chosen : Recommendation();
  }
  Film film(const Pick& pick) { return *cinema_->store().film(pick.film); }

  TemporaryFolder folder_;
  Timestamp now_ = Timestamp(std::chrono::days(20'000));
  std::unique_ptr<Cinema> cinema_;
  std::vector<FilmId> films_;
  ViewerId host_;
};

TEST_F(ChoosingTogetherTest, WhatSomebodyRulesOutNeverComes) {
  Random random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<WishesTogether> members(1 + random.below(4));
    std::set<FilmId> out;
    std::set<std::string> without;
    minutes shortest(1000);
    for (WishesTogether& one : members) {
      one.liked = some_of(static_cast<int>(random.below(4)), static_cast<int>(random.below(4)));
      one.vetoed = {films_[random.below(kFilms)], films_[random.below(kFilms)]};
      if (random.uniform() < 0.3) one.without = {kGenres[random.below(3)]};
      if (random.uniform() < 0.5) one.time = minutes(100 + random.below(60));
      out.insert(one.vetoed.begin(), one.vetoed.end());
      out.insert(one.liked.begin(), one.liked.end());
      without.insert(one.without.begin(), one.without.end());
      shortest = std::min(shortest, one.time.value_or(shortest));
    }
    const Recommendation chosen = choose(members, 6);
    ASSERT_FALSE(chosen.picks.empty()) << round;
    for (const Pick& pick : chosen.picks) {
      EXPECT_FALSE(out.contains(pick.film)) << "ruled out, or seen already, in round " << round;
      EXPECT_FALSE(without.contains(film(pick).genres.front())) << round;
      EXPECT_LE(film(pick).runtime, shortest) << round;
    }
  }
}

TEST_F(ChoosingTogetherTest, EveryoneWhoNamedFilmsHasAPlaceInTheAnswerAndNothingIsKept) {
  const Recommendation chosen = choose({{.liked = some_of(0, 5)}, {.liked = some_of(3, 5)}, {.mood = "tired, something calm"}});
  std::set<ViewerId> members;
  for (const MemberSatisfaction& one : chosen.fairness) members.insert(one.viewer);
  EXPECT_EQ(members, (std::set<ViewerId>{host_, guest_id(1)})) << "the third named no film";
  for (const Pick& pick : chosen.picks) EXPECT_EQ(pick.members.size(), 2U);
  EXPECT_TRUE(cinema_->store().events_of(host_)->empty());
  EXPECT_EQ(cinema_->store().viewers()->size(), 41U);
}

TEST_F(ChoosingTogetherTest, AGuestsLikesMoveTheListTheirWay) {
  const auto share_of = [this](const Recommendation& chosen, const std::string& genre) {
    return std::ranges::count_if(chosen.picks, [&](const Pick& pick) { return film(pick).genres.front() == genre; });
  };
  const auto alone = share_of(choose({{.liked = some_of(0, 6)}}, 6), "western");
  const auto together = share_of(choose({{.liked = some_of(0, 6)}, {.liked = some_of(3, 6)}, {.liked = some_of(3, 8)}}, 6), "western");
  EXPECT_GT(together, alone);
}

TEST_F(ChoosingTogetherTest, TheFairListServesTheLeastServedNoWorseThanThatOfTheMean) {
  Random random(11);
  const auto least = [this](GroupPolicy policy, const Guests& guests) {
    auto chosen = cinema_->recommend_with({.viewer = host_, .group = policy, .count = 4}, guests);
    EXPECT_TRUE(chosen);
    return std::ranges::min(chosen->fairness, {}, &MemberSatisfaction::satisfaction).satisfaction;
  };
  double gained = 0;
  for (int round = 0; round < 12; ++round) {
    Guests guests;
    const int size = 2 + static_cast<int>(random.below(4));
    for (int member = 0; member < size; ++member) {
      const ViewerId who = member == 0 ? host_ : guest_id(static_cast<std::size_t>(member));
      // One stands alone with their taste.
      const int genre = member == size - 1 ? 3 : static_cast<int>(random.below(2));
      for (const FilmId film : some_of(genre, 6)) guests.likes.push_back({.viewer = who, .film = film, .kind = EventKind::Rate, .value = 5, .at = now_});
    }
    const double fair = least(GroupPolicy::Fair, guests);
    const double mean = least(GroupPolicy::Average, guests);
    EXPECT_GE(fair, mean - 0.02) << round;
    gained += fair - mean;
  }
  EXPECT_GT(gained, 1) << "in twelve groups";
}

TEST_F(ChoosingTogetherTest, AFilmThatIsNotHereIsSaid) {
  EXPECT_EQ(choose_together(*cinema_, host_, std::vector<WishesTogether>{{}, {.liked = {FilmId(999'999)}}}, 3, CancelToken()).error().code(),
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace cineloom
