#include "recommend/data/past.h"

#include <algorithm>

namespace cineloom {
namespace {

constexpr double kMiddleStars = 3;
constexpr double kMiddleWeight = 5;  // ratings that the middle counts as
constexpr double kLeastStars = 0.5;
constexpr double kMostStars = 5;
constexpr double kLeastLiking = 0.4; // of a rating just above the viewer's mean

bool is_stars(double value) { return value >= kLeastStars && value <= kMostStars; }

double mean_stars(const std::vector<PastFilm>& films) {
  double sum = kMiddleStars * kMiddleWeight;
  double count = kMiddleWeight;
  for (const PastFilm& film : films) {
    if (!film.stars) continue;
    sum += *film.stars;
    ++count;
  }
  return std::min(sum / count, kMostStars - 0.5);
}

void read_liking(std::vector<PastFilm>& films) {
  const double mean = mean_stars(films);
  for (PastFilm& film : films) {
    film.liking = film.is_liked ? 1 : 0;
    if (!film.stars || *film.stars <= mean) continue;
    film.liking = std::max(film.liking, kLeastLiking + (1 - kLeastLiking) * (*film.stars - mean) / (kMostStars - mean));
  }
}

}  // namespace

void PastReader::add(const Event& event, std::int32_t item) {
  if (event.kind == EventKind::Hide || event.kind == EventKind::Unhide) hidden_.emplace_back(item, event.kind == EventKind::Hide);
  if (event.kind != EventKind::Rate && event.kind != EventKind::Watch && event.kind != EventKind::Like) return;
  if (event.kind == EventKind::Rate && !(event.value && is_stars(*event.value))) return;
  seen_.push_back(item);
  if (event.kind == EventKind::Watch && watching_ == WatchMeaning::Nothing) return;
  spoken_.push_back(
      {.item = item, .stars = event.kind == EventKind::Rate ? event.value : std::nullopt, .is_liked = event.kind != EventKind::Rate, .at = event.at});
}

// What was said of one film becomes one entry: the last stars, any liking, the last time.
Past PastReader::finish() && {
  Past past;
  std::ranges::stable_sort(spoken_, {}, &PastFilm::item);
  for (const PastFilm& word : spoken_) {
    if (past.films.empty() || past.films.back().item != word.item) {
      past.films.push_back(word);
      continue;
    }
    PastFilm& film = past.films.back();
    if (word.stars) film.stars = word.stars;
    film.is_liked = film.is_liked || word.is_liked;
    film.at = word.at;
  }
  std::ranges::stable_sort(past.films, {}, &PastFilm::at);
  read_liking(past.films);
  std::ranges::sort(seen_);
  seen_.erase(std::ranges::unique(seen_).begin(), seen_.end());
  past.seen = std::move(seen_);
  std::ranges::stable_sort(hidden_, {}, &std::pair<std::int32_t, bool>::first);
  for (std::size_t i = 0; i < hidden_.size(); ++i) {
    const bool is_last_word = i + 1 == hidden_.size() || hidden_[i + 1].first != hidden_[i].first;
    if (is_last_word && hidden_[i].second) past.hidden.push_back(hidden_[i].first);
  }
  return past;
}

Past read_past(std::span<const Event> events, const std::unordered_map<FilmId, std::int32_t>& positions, WatchMeaning watching) {
  PastReader reader(watching);
  for (const Event& event : events) {
    if (const auto position = positions.find(event.film); position != positions.end()) reader.add(event, position->second);
  }
  return std::move(reader).finish();
}

Past without_films(const Past& past, std::span<const std::size_t> gone) {
  Past fewer{.seen = past.seen, .hidden = past.hidden};
  for (std::size_t place = 0; place < past.films.size(); ++place) {
    if (!std::ranges::binary_search(gone, place)) fewer.films.push_back(past.films[place]);
  }
  read_liking(fewer.films);
  return fewer;
}

EventCounts count_events(std::span<const Event> events) {
  const auto spoken = std::ranges::count_if(events, [](const Event& event) { return event.kind == EventKind::Rate || event.kind == EventKind::Like; });
  return {.all = static_cast<std::int64_t>(events.size()), .spoken = spoken};
}

WatchMeaning meaning_of_watching(const EventCounts& counts) { return 20 * counts.spoken < counts.all ? WatchMeaning::Liking : WatchMeaning::Nothing; }

WatchMeaning meaning_of_watching(std::span<const Event> events) { return meaning_of_watching(count_events(events)); }

}  // namespace cineloom
