#include "collect/internal/assemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/json.h"
#include "collect/film_key.h"
#include "collect/match.h"
#include "domain/complete_film.h"

namespace cineloom::collect {
namespace {

/// A film as one source tells it.
struct ToldFilm {
  std::size_t teller = 0;
  std::size_t film = 0;
};

/// What people of one source are called here.
class People {
 public:
  People(const Teller& teller, const std::string& viewer) : prefix_(teller.person_prefix()), viewer_(viewer) {
    std::set<std::string_view> people;
    for (const Act& act : teller.acts()) {
      if (!act.person.empty()) people.insert(act.person);
    }
    is_one_ = people.size() < 2;
  }

  [[nodiscard]] std::string name_of(const std::string& person) const {
    if (is_one_ || person.empty() || fold_latin(person) == fold_latin(viewer_)) return viewer_;
    return prefix_.empty() ? person : fmt::format("{} {}", prefix_, person);
  }

 private:
  std::string prefix_;
  std::string viewer_;
  bool is_one_ = true;
};

class Assembler {
 public:
  Assembler(std::vector<Teller> tellers, const ImportOptions& options) : tellers_(std::move(tellers)), options_(options) {
    for (const Film& film : options.catalogue) {
      const std::size_t number = matcher_.add(film);
      if (options.seen.contains(film.key)) expected_.insert(number);
    }
    known_ = options.catalogue.size();
    film_at_.resize(known_);
  }

  ImportBatch assemble() && {
    for (const Teller& teller : tellers_) places_.emplace_back(teller.films().size());
    for (const ToldFilm& told : in_order()) place(told);
    for (std::size_t i = 0; i < tellers_.size(); ++i) add_teller(i);
    return std::move(batch_);
  }

 private:
  /// Films with most numbers first, then with a year, then bare titles.
  [[nodiscard]] std::vector<ToldFilm> in_order() const {
    std::vector<ToldFilm> all;
    for (std::size_t teller = 0; teller < tellers_.size(); ++teller) {
      for (std::size_t film = 0; film < tellers_[teller].films().size(); ++film) all.push_back({.teller = teller, .film = film});
    }
    std::ranges::stable_sort(all, {}, [&](const ToldFilm& told) {
      const Film& film = tellers_[told.teller].films()[told.film];
      const int numbers = (film.external.imdb ? 1 : 0) + (film.external.tmdb ? 1 : 0);
      return std::tuple(-numbers, film.year == 0, tellers_[told.teller].facts() == Facts::OnlyOfKnownFilms);
    });
    return all;
  }

  void place(const ToldFilm& told) {
    const Teller& teller = tellers_[told.teller];
    const Film& film = teller.films()[told.film];
    FilmMatcher::Answer answer = matcher_.find(film, expected_);
    if (answer.film && is_taken(told.teller, *answer.film, film)) answer = {};
    if (!answer.film && teller.facts() == Facts::OnlyOfKnownFilms) return;
    if (answer.is_unsure) batch_.unsure.push_back(film.title.english.empty() ? film.title.chinese : film.title.english);
    const std::size_t number = answer.film ? *answer.film : add_new(film);
    places_[told.teller][told.film] = number;
    complete_film(film_of(number), film);
    if (answer.film) matcher_.add_names(number, film);
    taken_.emplace(told.teller, number);
    if (film.year > 0 && !teller.acts().empty()) expected_.insert(number);
  }

  /// What one source tells as two films is two, unless a number says otherwise.
  [[nodiscard]] bool is_taken(std::size_t teller, std::size_t number, const Film& film) {
    return taken_.contains({teller, number}) && !film.external.imdb && !film.external.tmdb;
  }

  std::size_t add_new(const Film& told) {
    Film film = told;
    if (film.key.empty() || matcher_.find_key(film.key)) film.key = unique_key(film);
    const std::size_t number = matcher_.add(film);
    film_at_.resize(number + 1);
    film_at_[number] = batch_.films.size();
    batch_.films.push_back(std::move(film));
    return number;
  }

  /// Films may share title and year; a number then tells them apart.
  [[nodiscard]] std::string unique_key(const Film& film) {
    std::string base = film.key.empty() ? std::string("film") : film.key;
    if (film.external.imdb) base += "-" + *film.external.imdb;
    else if (film.external.tmdb) base += fmt::format("-tmdb{}", *film.external.tmdb);
    std::string key = base;
    if (!matcher_.find_key(key)) return key;
    int& count = last_count_.try_emplace(base, 1).first->second;
    do { key = fmt::format("{}-{}", base, ++count); } while (matcher_.find_key(key));
    return key;
  }

  /// The batch's copy of a film; one of the catalogue comes into the batch when it is first named.
  Film& film_of(std::size_t number) {
    if (number < known_ && !film_at_[number]) {
      film_at_[number] = batch_.films.size();
      batch_.films.push_back({.key = options_.catalogue[number].key});
      ++batch_.films_matched;
    }
    return batch_.films[*film_at_[number]];
  }

  void add_viewer(const std::string& name) {
    if (viewers_.insert(name).second) batch_.viewers.push_back({.name = name});
  }

  void add_teller(std::size_t at) {
    Teller& teller = tellers_[at];
    const People people(teller, options_.viewer);
    if (!batch_.source.contains(teller.origin())) batch_.source += (batch_.source.empty() ? "" : ", ") + teller.origin();
    for (Act& act : teller.acts()) add_act(teller, people, places_[at][act.film], std::move(act));
    add_table(teller, places_[at]);
    for (ToldReview& told : teller.reviews()) {
      const auto number = places_[at][told.film];
      if (!number) continue;
      if (told.review.author.empty()) told.review.author = options_.viewer;
      batch_.reviews.push_back({.film_key = film_of(*number).key, .review = std::move(told.review)});
    }
    for (LocalText& warning : teller.warnings())
      batch_.warnings.push_back({.english = teller.origin() + ": " + warning.english, .chinese = teller.origin() + "：" + warning.chinese});
  }

  /// The ratings of a data set, by positions in lists of their own.
  void add_table(Teller& teller, const std::vector<std::optional<std::size_t>>& places) {
    if (teller.ratings().empty()) return;
    RatingTable table{.origin = teller.origin(), .step = teller.step(), .viewers = {}, .film_keys = {}, .ratings = std::move(teller.ratings())};
    for (const std::string& person : teller.people()) {
      table.viewers.push_back(fmt::format("{} {}", teller.person_prefix(), person));
      add_viewer(table.viewers.back());
    }
    for (const auto& number : places) table.film_keys.push_back(film_of(*number).key);
    batch_.tables.push_back(std::move(table));
  }

  void add_act(const Teller& teller, const People& people, std::optional<std::size_t> number, Act act) {
    if (!number) return;
    const std::string& film_key = film_of(*number).key;
    ImportedEvent imported{.viewer = people.name_of(act.person),
                           .film_key = film_key,
                           .event = {},
                           .step = act.step.value_or(teller.step()),
                           .precision = act.precision,
                           .raw = std::move(act.raw)};
    const bool is_passed_on = !act.origin.empty();
    imported.event = {.kind = act.kind, .value = act.value, .at = act.at, .mood = act.mood, .origin = is_passed_on ? act.origin : teller.origin()};
    imported.event.key = is_passed_on && !act.id.empty()
                             ? std::move(act.id)
                             : fmt::format("{}:{}:{}", imported.event.origin, json::enum_name(act.kind),
                                           act.id.empty() ? fmt::format("{}:{}", film_key, act.at.time_since_epoch().count()) : act.id);
    add_viewer(imported.viewer);
    batch_.events.push_back(std::move(imported));
  }

  std::vector<Teller> tellers_;
  const ImportOptions& options_;
  FilmMatcher matcher_;
  std::unordered_map<std::string, int> last_count_;  ///< that made a key unique, by the key without it
  FilmMatcher::Expectation expected_;
  std::size_t known_ = 0;
  std::vector<std::optional<std::size_t>> film_at_;               // by number, in the batch
  std::vector<std::vector<std::optional<std::size_t>>> places_;   // by teller and film, the number
  std::set<std::pair<std::size_t, std::size_t>> taken_;           // teller and number
  std::set<std::string> viewers_;
  ImportBatch batch_;
};

}  // namespace

ImportBatch assemble(std::vector<Teller> tellers, const ImportOptions& options) { return Assembler(std::move(tellers), options).assemble(); }

}  // namespace cineloom::collect
