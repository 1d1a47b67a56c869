// The library's model on ML-1M as a library of rated films: films that came after the training, and training that goes on.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "data.h"
#include "film_features.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/internal/taste.h"
#include "recommend/recommender.h"

namespace cineloom::bench {
namespace {

constexpr std::int32_t kEachUser = 4;  // every fourth user: a library of 1,510 viewers
constexpr std::size_t kNewEach = 5;    // a fifth of the films comes after the training
constexpr double kLiked = 4;           // stars
constexpr std::size_t kDepth = 20;

struct Library {
  std::vector<Film> films;
  std::vector<std::uint8_t> is_new;  ///< by film
  std::vector<std::vector<Event>> events;  ///< by viewer, by time

  [[nodiscard]] std::vector<Film> old_films() const {
    std::vector<Film> old;
    for (std::size_t film = 0; film < films.size(); ++film) {
      if (is_new[film] == 0) old.push_back(films[film]);
    }
    return old;
  }
  [[nodiscard]] bool is_about_new(const Event& event) const { return is_new[static_cast<std::size_t>(event.film.number() - 1)] != 0; }
  [[nodiscard]] std::vector<Event> all(bool with_new) const {
    std::vector<Event> all;
    for (const auto& own : events) {
      std::ranges::copy_if(own, std::back_inserter(all), [&](const Event& event) { return with_new || !is_about_new(event); });
    }
    return all;
  }
};

Film film_of(std::size_t item, const ItemDescription& said) {
  const auto first = [](const std::vector<std::string>& texts) { return texts.empty() ? std::string() : texts.front(); };
  Film film{.id = FilmId(static_cast<std::int64_t>(item) + 1), .key = std::to_string(item), .genres = said[0], .directors = said[3], .cast = said[5]};
  film.synopsis = first(said[7]);
  film.year = said[9].empty() ? 0 : std::stoi(said[9].front());
  return film;
}

Expected<Library> load_library() {
  CINELOOM_TRY_ASSIGN(const RatingFile file, load_ml1m());
  CINELOOM_TRY_ASSIGN(const FilmFeatures said, load_film_features(file.item_ids));
  Library library;
  for (std::size_t item = 0; item < said.films.size(); ++item) library.films.push_back(film_of(item, said.films[item]));
  Random random(1);
  for (std::size_t film = 0; film < library.films.size(); ++film) library.is_new.push_back(random.below(kNewEach) == 0 ? 1 : 0);
  library.events.resize(file.user_ids.size() / kEachUser + 1);
  for (const Interaction& rating : file.ratings) {
    if (rating.user % kEachUser != 0) continue;
    library.events[static_cast<std::size_t>(rating.user / kEachUser)].push_back({.viewer = ViewerId(rating.user + 1),
                                                                                 .film = FilmId(rating.item + 1),
                                                                                 .kind = EventKind::Rate,
                                                                                 .value = static_cast<double>(rating.value),
                                                                                 .at = Timestamp(std::chrono::seconds(rating.time))});
  }
  for (auto& own : library.events) std::ranges::stable_sort(own, {}, &Event::at);
  return library;
}

struct Timed {
  Recommender recommender;
  double seconds = 0;
};

Expected<Timed> train(std::span<const Film> films, std::span<const Event> events, const TrainOptions& options) {
  Progress progress;
  const auto begin = std::chrono::steady_clock::now();
  CINELOOM_TRY_ASSIGN(Recommender recommender, Recommender::train(films, events, options, progress, CancelToken()));
  return Timed{.recommender = std::move(recommender), .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()};
}

struct NewFilmFigures {
  double ndcg = 0;        ///< of the new films a viewer liked, among new films
  double among_all = 0;   ///< the same among all films not seen
  std::uint64_t viewers = 0;
};

NewFilmFigures rank_new_films(const Library& library, const Recommender& recommender) {
  NewFilmFigures figures;
  for (const auto& own : library.events) {
    std::vector<Event> known;
    std::vector<std::int32_t> liked;
    for (const Event& event : own) {
      if (!library.is_about_new(event)) known.push_back(event);
      else if (*event.value >= kLiked) liked.push_back(static_cast<std::int32_t>(event.film.number() - 1));
    }
    if (liked.empty() || known.empty()) continue;
    std::ranges::sort(liked);
    const Past past = read_past(known, recommender.models().positions(), recommender.models().watching());
    const std::vector<double> worth = Taste(recommender.models(), past).scores();
    const std::vector<float> scores(worth.begin(), worth.end());
    std::vector<std::uint8_t> is_out(scores.size(), 0);
    for (const std::int32_t seen : past.seen) is_out[static_cast<std::size_t>(seen)] = 1;
    figures.among_all += ndcg_at(best_items(scores, is_out, kDepth), liked, kDepth);
    for (std::size_t film = 0; film < is_out.size(); ++film) is_out[film] = library.is_new[film] == 0 ? 1 : 0;
    figures.ndcg += ndcg_at(best_items(scores, is_out, kDepth), liked, kDepth);
    ++figures.viewers;
  }
  figures.ndcg /= static_cast<double>(figures.viewers);
  figures.among_all /= static_cast<double>(figures.viewers);
  return figures;
}

Expected<void> measure_new_films(Report& report, const Library& library) {
  const std::vector<Film> old = library.old_films();
  const std::vector<Event> events = library.all(false);
  CINELOOM_TRY_ASSIGN(const Timed with, train(old, events, {}));
  CINELOOM_TRY_ASSIGN(const Timed without, train(old, events, {.cold = std::nullopt}));
  const std::string bytes = with.recommender.to_bytes();
  const auto begin = std::chrono::steady_clock::now();
  CINELOOM_TRY_ASSIGN(const Recommender mapped, Recommender::load(library.films, bytes));
  const std::chrono::duration<double, std::milli> load = std::chrono::steady_clock::now() - begin;
  CINELOOM_TRY_ASSIGN(const Recommender lent, Recommender::load(library.films, without.recommender.to_bytes()));
  const NewFilmFigures a = rank_new_films(library, mapped);
  const NewFilmFigures b = rank_new_films(library, lent);
  report.add({.key = "library_new_films_ndcg20",
              .value = a.ndcg,
              .n = a.viewers,
              .note = fmt::format("new films only; {:.4f} with lent stars alone. Among all films {:.4f} and {:.4f}. Training {:.1f} and {:.1f} s; "
                                  "loading with {} new films {:.0f} ms",
                                  b.ndcg, a.among_all, b.among_all, with.seconds, without.seconds, library.films.size() - old.size(), load.count())});
  return {};
}

Expected<void> measure_going_on(Report& report, const Library& library) {
  std::vector<Event> events = library.all(true);
  std::ranges::stable_sort(events, {}, &Event::at);
  const auto share = static_cast<std::size_t>(0.8 * static_cast<double>(events.size()));
  const Timestamp then = events[share].at;
  CINELOOM_TRY_ASSIGN(const Timed before, train(library.films, std::span(events).first(share), {}));
  CINELOOM_TRY_ASSIGN(const Timed anew, train(library.films, events, {}));
  CINELOOM_TRY_ASSIGN(const Timed on, train(library.films, events, {.last = LastModel{.models = &before.recommender.models(), .trained_at = then}}));
  report.add({.key = "library_going_on_s",
              .value = on.seconds,
              .unit = "s",
              .note = fmt::format("a quarter more events; anew {:.1f} s. NDCG@20 of likes held back {:.4f}, anew {:.4f}", anew.seconds,
                                  on.recommender.models().quality()->ndcg, anew.recommender.models().quality()->ndcg)});
  return {};
}

}  // namespace

void measure_library(Report& report) {
  const auto library = load_library();
  if (!library) return report.add_missing("library_new_films_ndcg20", library.error().describe());
  if (const auto done = measure_new_films(report, *library); !done) report.add_missing("library_new_films_ndcg20", done.error().describe());
  if (const auto done = measure_going_on(report, *library); !done) report.add_missing("library_going_on_s", done.error().describe());
}

}  // namespace cineloom::bench
