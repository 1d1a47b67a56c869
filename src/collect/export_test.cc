#include "collect/export.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "collect/import.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kCases = 300;

/// Histories that tables have trouble with: quotes, separators and line ends in titles and reviews, Chinese, films without numbers or
/// year, films watched again, rated without a viewing, wished, reviewed.
class HistoryMaker {
 public:
  explicit HistoryMaker(std::uint32_t seed) : random_(seed) {}

  ViewerHistory make() {
    ViewerHistory history{.viewer = "Ada"};
    const auto films = 1 + draw(6);
    for (int i = 0; i < films; ++i) {
      history.films.push_back(film(i));
      add_acts(history, FilmId(i + 1));
    }
    std::ranges::stable_sort(history.tellings, {}, [](const Telling& telling) { return telling.event.at; });
    settle_tellings(history.tellings);
    return history;
  }

 private:
  int draw(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  Film film(int number) {
    static constexpr std::array kTitles = {
        "Ran", "Good Night, and Good Luck.", "He said \"no\"", "Crouching Tiger; Hidden Dragon", "千与千寻", "Café\tNoir", "-8 = x", "O'Brother"};
    const std::string title = fmt::format("{} {}", kTitles[static_cast<std::size_t>(draw(kTitles.size()))], number);
    Film film{.id = FilmId(number + 1), .title = {.original = title, .english = title}, .year = 1950 + draw(70)};
    if (draw(2) == 0) film.external.imdb = fmt::format("tt{:07}", 1000 + number);
    if (draw(2) == 0) film.external.tmdb = 500 + number;
    film.directors = {"A, B", "C"};
    return film;
  }

  Timestamp when() { return std::chrono::sys_days(std::chrono::days(15'000 + draw(5000))) + std::chrono::seconds(draw(86'400)); }

  void add(ViewerHistory& history, FilmId film, EventKind kind, std::optional<double> stars) {
    const std::size_t number = history.tellings.size();
    Telling telling{
        .event =
            {.film = film, .kind = kind, .value = stars, .at = when(), .key = fmt::format("trakt:{}:{}", json::enum_name(kind), number), .origin = "trakt"},
        .raw = R"({"id":"\"quoted\", 中文"})"};
    if (draw(3) == 0) telling.event.mood = Feeling{.valence = -0.25, .arousal = 0.5};
    history.tellings.push_back(std::move(telling));
  }

  void add_acts(ViewerHistory& history, FilmId film) {
    for (int watch = draw(3); watch > 0; --watch) add(history, film, EventKind::Watch, std::nullopt);
    if (draw(2) == 0) add(history, film, EventKind::Rate, (1 + draw(10)) / 2.0);
    if (draw(4) == 0) add(history, film, EventKind::Wish, std::nullopt);
    if (draw(5) == 0) add(history, film, EventKind::Hide, std::nullopt);
    if (draw(4) == 0)
      history.reviews.push_back({.film = film, .author = "Ada", .language = "zh", .text = "Rain, \"neon\"\n第二行; <i>end</i>", .stars = 4.5, .at = when()});
  }

  std::mt19937 random_;
};

/// Reads exported files as a folder under names that say nothing, except where Trakt's watchlist needs its own.
ImportBatch import_again(const std::vector<ExportedFile>& files) {
  const auto folder = *TemporaryFolder::create("cineloom-round");
  for (const ExportedFile& file : files)
    EXPECT_TRUE(write_file(folder.path() / (file.name.contains("watchlist") ? file.name : file.name + ".x"), file.content));
  Progress progress;
  const auto batch = read_import(folder.path(), {.viewer = "Ada"}, progress, CancelToken());
  EXPECT_TRUE(batch) << batch.error().describe();
  return batch ? *batch : ImportBatch();
}

/// What a history says of each kind, as sorted lines; how exact times are depends on the format.
using Facts = std::multiset<std::string>;

std::string time_text(Timestamp at, bool is_by_day) {
  return std::to_string(is_by_day ? std::chrono::floor<std::chrono::days>(at).time_since_epoch().count() : at.time_since_epoch().count());
}

std::string title_of(const Film& film) { return fmt::format("{} {} {}", film.title.english, film.year, film.external.imdb.value_or("")); }

Facts facts_of(const ViewerHistory& history, EventKind kind, bool has_time, bool is_by_day) {
  Facts facts;
  std::map<FilmId, std::string> last;  // of ratings the services keep the last
  for (const Telling& telling : history.tellings) {
    if (telling.event.kind != kind || !telling.is_standing) continue;
    const Film& film = history.films[static_cast<std::size_t>(telling.event.film.number() - 1)];
    const std::string fact = fmt::format("{} {} {}", title_of(film), telling.event.value.value_or(0), has_time ? time_text(telling.event.at, is_by_day) : "");
    if (kind == EventKind::Watch) facts.insert(fact);
    else last[telling.event.film] = fact;
  }
  for (const auto& [film, fact] : last) facts.insert(fact);
  return facts;
}

Facts facts_of(const ImportBatch& batch, EventKind kind, bool has_time, bool is_by_day) {
  std::map<std::string, const Film*> films;
  for (const Film& film : batch.films) films[film.key] = &film;
  Facts facts;
  for (const ImportedEvent& imported : batch.events) {
    if (imported.event.kind == kind)
      facts.insert(fmt::format("{} {} {}", title_of(*films.at(imported.film_key)), imported.event.value.value_or(0),
                               has_time ? time_text(imported.event.at, is_by_day) : ""));
  }
  return facts;
}

std::vector<ExportedFile> exported(const ViewerHistory& history, HistoryFormat format) {
  const auto files = export_history(history, format);
  EXPECT_TRUE(files) << files.error().describe();
  return files ? *files : std::vector<ExportedFile>();
}

bool is_empty(const ViewerHistory& history, EventKind kind) { return facts_of(history, kind, false, false).empty(); }

TEST(Export, LosesNothingInItsOwnFormat) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    const ViewerHistory history = HistoryMaker(seed).make();
    if (history.tellings.empty()) continue;
    const ImportBatch batch = import_again(exported(history, HistoryFormat::Cineloom));
    ASSERT_THAT(batch.events, SizeIs(history.tellings.size())) << seed;
    std::map<std::string, const ImportedEvent*> by_key;
    for (const ImportedEvent& imported : batch.events) by_key[imported.event.key] = &imported;
    for (const Telling& telling : history.tellings) {
      const ImportedEvent& again = *by_key.at(telling.event.key);
      EXPECT_EQ(again.event.kind, telling.event.kind);
      EXPECT_EQ(again.event.value, telling.event.value);
      EXPECT_EQ(again.event.at, telling.event.at);
      EXPECT_EQ(again.event.mood, telling.event.mood);
      EXPECT_EQ(again.event.origin, telling.event.origin);
      EXPECT_EQ(again.step, telling.step);
      EXPECT_EQ(*json::parse(again.raw), *json::parse(telling.raw));
    }
    ASSERT_THAT(batch.reviews, SizeIs(history.reviews.size()));
    for (std::size_t i = 0; i < history.reviews.size(); ++i) EXPECT_EQ(batch.reviews[i].review.text, history.reviews[i].text);
  }
}

TEST(Export, KeepsViewingsRatingsAndReviewsThroughLetterboxd) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    const ViewerHistory history = HistoryMaker(seed).make();
    const auto files = exported(history, HistoryFormat::Letterboxd);
    if (is_empty(history, EventKind::Watch) && is_empty(history, EventKind::Rate) && history.reviews.empty()) continue;
    const ImportBatch batch = import_again(files);
    EXPECT_EQ(facts_of(batch, EventKind::Watch, true, true), facts_of(history, EventKind::Watch, true, true)) << seed;
    EXPECT_EQ(facts_of(batch, EventKind::Rate, false, true), facts_of(history, EventKind::Rate, false, true)) << seed;
    EXPECT_EQ(batch.reviews.size(), history.reviews.size()) << seed;
  }
}

TEST(Export, KeepsRatingsAndTheirDaysThroughImdb) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    const ViewerHistory history = HistoryMaker(seed).make();
    if (is_empty(history, EventKind::Rate)) continue;
    const ImportBatch batch = import_again(exported(history, HistoryFormat::Imdb));
    EXPECT_EQ(facts_of(batch, EventKind::Rate, true, true), facts_of(history, EventKind::Rate, true, true)) << seed;
  }
}

TEST(Export, KeepsViewingsRatingsAndWishesThroughTrakt) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    const ViewerHistory history = HistoryMaker(seed).make();
    if (is_empty(history, EventKind::Watch) && is_empty(history, EventKind::Rate) && is_empty(history, EventKind::Wish)) continue;
    const ImportBatch batch = import_again(exported(history, HistoryFormat::Trakt));
    for (const EventKind kind : {EventKind::Watch, EventKind::Rate, EventKind::Wish})
      EXPECT_EQ(facts_of(batch, kind, true, false), facts_of(history, kind, true, false)) << seed;
  }
}

TEST(Export, SplitsWhatLetterboxdWouldRefuse) {
  ViewerHistory history{.viewer = "Ada", .films = {{.id = FilmId(1), .title = {.english = "Ran"}, .year = 1985}}};
  for (int i = 0; i < 300; ++i) history.reviews.push_back({.film = FilmId(1), .author = "Ada", .text = std::string(5000, 'x')});
  const auto files = exported(history, HistoryFormat::Letterboxd);
  ASSERT_THAT(files, SizeIs(2));
  for (const ExportedFile& file : files) EXPECT_LE(file.content.size(), 1'000'000U);
  EXPECT_EQ(files[1].name, "letterboxd-2.csv");
}

TEST(Export, SaysWhichFilmIsMissing) {
  ViewerHistory history{.viewer = "Ada", .tellings = {{.event = {.film = FilmId(7)}}}};
  EXPECT_THAT(export_history(history, HistoryFormat::Trakt).error().describe(), HasSubstr("film 7"));
}

}  // namespace
}  // namespace cineloom
