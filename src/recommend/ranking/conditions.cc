#include "recommend/ranking/conditions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cineloom {
namespace {

constexpr int kChildAge = 6;

bool contains(const std::vector<std::string>& words, const std::string& word) { return std::ranges::find(words, word) != words.end(); }

bool shares_any(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& word) { return contains(b, word); });
}

bool shares_all(const std::vector<std::string>& wanted, const std::vector<std::string>& there) {
  return std::ranges::all_of(wanted, [&](const std::string& word) { return contains(there, word); });
}

LocalText years_text(const FilmFilter& filter) {
  if (!filter.until) return {.english = fmt::format("from {} on", *filter.since), .chinese = fmt::format("{}年以来", *filter.since)};
  if (!filter.since) return {.english = fmt::format("up to {}", *filter.until), .chinese = fmt::format("{}年以前（含）", *filter.until)};
  return {.english = fmt::format("from {} to {}", *filter.since, *filter.until), .chinese = fmt::format("{}年至{}年", *filter.since, *filter.until)};
}

std::string listed(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace

Conditions::Conditions(std::span<const Film> films, const ConditionSet& wanted, std::vector<std::uint8_t> is_left_out)
    : films_(films), is_left_out_(std::move(is_left_out)) {
  if (const auto longest = wanted.longest ? wanted.longest : wanted.mood.max_runtime) {
    add("time", {.english = fmt::format("at most {} minutes", longest->count()), .chinese = fmt::format("不超过{}分钟", longest->count())},
        [longest](const Film& film) { return film.runtime <= *longest; });
  }
  add_mood(wanted.mood);
  add_filter(wanted.filter);
  left_out_ = is_left_out_;
  for (std::size_t i = 0; i < films_.size(); ++i) {
    const bool is_met = std::ranges::all_of(conditions_, [&](const Condition& condition) { return condition.holds(films_[i]); });
    if (!is_met) left_out_[i] = 1;
  }
}

void Conditions::add(std::string name, LocalText text, std::function<bool(const Film&)> holds) {
  conditions_.push_back({.name = std::move(name), .text = std::move(text), .holds = std::move(holds)});
}

void Conditions::add_mood(const MoodConstraints& wanted) {
  if (!wanted.avoid.empty()) {
    add("avoid", {.english = "no " + listed(wanted.avoid), .chinese = "不要：" + listed(wanted.avoid)},
        [avoid = wanted.avoid](const Film& film) { return !shares_any(avoid, film.genres) && !shares_any(avoid, film.themes); });
  }
  if (wanted.company == "children") {
    add("company", {.english = "fit for children", .chinese = "适合孩子"}, [](const Film& film) { return film.age_rating <= kChildAge; });
  }
  if (!wanted.language.empty()) {
    add("language", {.english = "in " + wanted.language, .chinese = "语言：" + wanted.language},
        [language = wanted.language](const Film& film) { return contains(film.languages, language); });
  }
  if (!wanted.genres.empty()) {
    add("genre", {.english = "one of " + listed(wanted.genres), .chinese = "类型为：" + listed(wanted.genres)},
        [genres = wanted.genres](const Film& film) { return shares_any(genres, film.genres); });
  }
}

void Conditions::add_filter(const FilmFilter& filter) {
  if (!filter.any_genres.empty()) {
    add("genre", {.english = "one of " + listed(filter.any_genres), .chinese = "类型为其一：" + listed(filter.any_genres)},
        [wanted = filter.any_genres](const Film& film) { return shares_any(wanted, film.genres); });
  }
  if (!filter.all_genres.empty()) {
    add("genre", {.english = "all of " + listed(filter.all_genres), .chinese = "同时属于：" + listed(filter.all_genres)},
        [wanted = filter.all_genres](const Film& film) { return shares_all(wanted, film.genres); });
  }
  if (!filter.no_genres.empty()) {
    add("avoid", {.english = "no " + listed(filter.no_genres), .chinese = "不要：" + listed(filter.no_genres)},
        [avoid = filter.no_genres](const Film& film) { return !shares_any(avoid, film.genres) && !shares_any(avoid, film.themes); });
  }
  if (!filter.languages.empty()) {
    add("language", {.english = "in " + listed(filter.languages), .chinese = "语言：" + listed(filter.languages)},
        [wanted = filter.languages](const Film& film) { return shares_any(wanted, film.languages); });
  }
  if (!filter.countries.empty()) {
    add("country", {.english = "from " + listed(filter.countries), .chinese = "国家：" + listed(filter.countries)},
        [wanted = filter.countries](const Film& film) { return shares_any(wanted, film.countries); });
  }
  if (!filter.people.empty()) {
    add("person", {.english = "with " + listed(filter.people), .chinese = "影人：" + listed(filter.people)},
        [wanted = filter.people](const Film& film) { return shares_any(wanted, film.directors) || shares_any(wanted, film.cast); });
  }
  if (filter.since || filter.until) {
    const int first = filter.since.value_or(0);
    const int last = filter.until.value_or(9999);
    add("year", years_text(filter), [first, last](const Film& film) { return film.year >= first && film.year <= last; });
  }
  if (filter.age) {
    add("age", {.english = fmt::format("for age {}", *filter.age), .chinese = fmt::format("适合{}岁", *filter.age)},
        [age = *filter.age](const Film& film) { return film.age_rating <= age; });
  }
}

int Conditions::allowed() const { return static_cast<int>(std::ranges::count(left_out_, 0)); }

std::vector<LocalText> Conditions::broken_by(std::size_t film) const {
  std::vector<LocalText> broken;
  for (const Condition& condition : conditions_) {
    if (!condition.holds(films_[film])) broken.push_back(condition.text);
  }
  return broken;
}

// A film that breaks just one condition comes in when that one goes.
std::vector<Relaxation> Conditions::relaxations() const {
  std::vector<int> gained(conditions_.size(), 0);
  for (std::size_t i = 0; i < films_.size(); ++i) {
    if (is_left_out_[i] != 0) continue;
    std::size_t broken = conditions_.size();
    int count = 0;
    for (std::size_t c = 0; c < conditions_.size() && count < 2; ++c) {
      if (conditions_[c].holds(films_[i])) continue;
      broken = c;
      ++count;
    }
    if (count == 1) ++gained[broken];
  }
  std::vector<Relaxation> relaxations;
  for (std::size_t c = 0; c < conditions_.size(); ++c) {
    if (gained[c] > 0) relaxations.push_back({.condition = conditions_[c].name, .text = conditions_[c].text, .films = allowed() + gained[c]});
  }
  std::ranges::stable_sort(relaxations, std::greater(), &Relaxation::films);
  return relaxations;
}

}  // namespace cineloom
