#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/random.h"
#include "recommend/models/content_model.h"

namespace cineloom {
namespace {

std::string word(const char* kind, std::size_t number) { return kind + std::to_string(number); }

/// Films that share few or many things, some of them alike in all.
std::vector<Film> made_films(std::size_t count, std::size_t people) {
  Random random(7);
  std::vector<Film> films;
  for (std::size_t i = 0; i < count; ++i) {
    Film film{.id = FilmId(static_cast<std::int64_t>(i) + 1), .year = 1930 + static_cast<int>(random.below(90))};
    const std::size_t first = random.below(12);
    film.genres = {word("genre", first), word("genre", (first + 1 + random.below(11)) % 12)};
    if (people > 0) {
      film.directors = {word("director", random.below(people))};
      film.cast = {word("cast", random.below(people)), word("cast", people + random.below(3 * people))};
    }
    films.push_back(std::move(film));
  }
  return films;
}

/// The plain way: every wanted film is asked for.
std::vector<std::pair<double, std::int32_t>> by_asking_all(const ContentModel& content, const std::vector<bool>& is_wanted, std::int32_t film,
                                                           std::size_t count) {
  std::vector<std::pair<double, std::int32_t>> all;
  for (std::size_t other = 0; other < is_wanted.size(); ++other) {
    const double likeness = content.likeness(film, static_cast<int>(other));
    if (is_wanted[other] && std::cmp_not_equal(other, film) && likeness > 0) all.emplace_back(-likeness, static_cast<std::int32_t>(other));
  }
  std::ranges::sort(all);
  all.resize(std::min(all.size(), count));
  return all;
}

void expect_same_as_asking_all(const std::vector<Film>& films, int count) {
  const ContentModel content(films);
  std::vector<bool> is_wanted;
  for (std::size_t i = 0; i < films.size(); ++i) is_wanted.push_back(i % 3 != 0);
  NearestFilms nearest(content, is_wanted);
  for (std::int32_t film = 0; std::cmp_less(film, films.size()); ++film) {
    const auto expected = by_asking_all(content, is_wanted, film, static_cast<std::size_t>(count));
    const auto found = nearest.of(film, count);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].film, expected[i].second) << "film " << film << ", place " << i;
      EXPECT_DOUBLE_EQ(found[i].likeness, -expected[i].first);
    }
  }
}

TEST(NearestFilms, AreThoseThatAskingAllFinds) { expect_same_as_asking_all(made_films(600, 80), 12); }

TEST(NearestFilms, ComeByPositionWhereManyAreAlikeInAll) { expect_same_as_asking_all(made_films(900, 0), 5); }

TEST(NearestFilms, AreNoneForAFilmThatSharesNothing) {
  std::vector<Film> films = made_films(20, 4);
  films.push_back({.id = FilmId(99), .title = {.english = "Alone"}});
  const ContentModel content(films);
  EXPECT_TRUE(NearestFilms(content, std::vector<bool>(films.size(), true)).of(20, 3).empty());
}

}  // namespace
}  // namespace cineloom
