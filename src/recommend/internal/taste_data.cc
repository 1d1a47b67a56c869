#include "recommend/internal/taste_data.h"

#include <algorithm>
#include <cmath>

namespace cineloom::taste_data {

std::vector<Past> pasts_of(std::span<const Event> events, const std::unordered_map<FilmId, std::int32_t>& positions, WatchMeaning watching) {
  std::unordered_map<ViewerId, std::size_t> places;
  std::vector<PastReader> readers;
  for (const Event& event : events) {
    const auto position = positions.find(event.film);
    if (position == positions.end()) continue;
    const auto [place, is_new] = places.try_emplace(event.viewer, readers.size());
    if (is_new) readers.emplace_back(watching);
    readers[place->second].add(event, position->second);
  }
  std::vector<Past> pasts;
  for (PastReader& reader : readers) pasts.push_back(std::move(reader).finish());
  return pasts;
}

std::vector<Interaction> ratings_of(std::span<const Past> pasts) {
  std::vector<Interaction> ratings;
  for (std::size_t user = 0; user < pasts.size(); ++user) {
    for (const PastFilm& film : pasts[user].films) {
      if (!film.stars) continue;
      ratings.push_back(
          {.user = static_cast<std::int32_t>(user), .item = film.item, .value = static_cast<float>(*film.stars), .time = film.at.time_since_epoch().count()});
    }
  }
  return ratings;
}

SparseMatrix liking_matrix(std::span<const Past> pasts, std::int32_t films) {
  std::vector<SparseCell> cells;
  for (std::size_t user = 0; user < pasts.size(); ++user) {
    for (const PastFilm& film : pasts[user].films) {
      if (film.liking > 0) cells.push_back({.row = static_cast<std::int32_t>(user), .column = film.item, .value = static_cast<float>(film.liking)});
    }
  }
  return SparseMatrix::from_cells(cells, static_cast<std::int32_t>(pasts.size()), films);
}

Sequences liked_sequences(std::span<const Past> pasts, std::int32_t films) {
  Sequences sequences{.item_count = films, .users = {}};
  for (const Past& past : pasts) {
    auto& liked = sequences.users.emplace_back();
    for (const PastFilm& film : past.films) {
      if (film.liking > 0) liked.push_back(film.item);
    }
  }
  return sequences;
}

std::vector<double> popularity_of(std::vector<double> counts) {
  const double most = std::log1p(std::max(1.0, std::ranges::max(counts)));
  for (double& count : counts) count = std::min(std::log1p(count) / most, 1.0);
  return counts;
}

std::vector<double> seen_counts(std::span<const Past> pasts, std::size_t films) {
  std::vector<double> counts(films, 0);
  for (const Past& past : pasts) {
    for (const std::int32_t film : past.seen) ++counts[static_cast<std::size_t>(film)];
  }
  return counts;
}

}  // namespace cineloom::taste_data
