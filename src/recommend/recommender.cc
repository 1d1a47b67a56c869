#include "recommend/recommender.h"

#include <algorithm>
#include <cstring>

#include "base/hash.h"
#include "recommend/internal/maker.h"

namespace cineloom {
namespace {

/// Stands for the films a model was trained on: positions mean nothing with others.
std::uint64_t fingerprint(std::span<const Film> films) {
  std::uint64_t hash = films.size();
  for (const Film& film : films) hash = hash * 31 + static_cast<std::uint64_t>(film.id.number()) + fnv1a64(film.key);
  return hash;
}

std::vector<RatingCell> cells_of(std::span<const Event> events, const std::unordered_map<FilmId, int>& positions, int& viewers) {
  std::unordered_map<ViewerId, std::vector<Event>> by_viewer;
  std::vector<ViewerId> order;
  for (const Event& event : events) {
    auto& own = by_viewer[event.viewer];
    if (own.empty()) order.push_back(event.viewer);
    own.push_back(event);
  }
  std::vector<RatingCell> cells;
  for (std::size_t user = 0; user < order.size(); ++user) {
    for (const RatedFilm& rated : rated_films(by_viewer[order[user]], positions)) {
      cells.push_back({.user = static_cast<int>(user), .item = rated.item, .stars = static_cast<float>(rated.stars)});
    }
  }
  viewers = static_cast<int>(order.size());
  return cells;
}

std::unordered_map<FilmId, int> positions_of(std::span<const Film> films) {
  std::unordered_map<FilmId, int> positions;
  for (std::size_t i = 0; i < films.size(); ++i) positions[films[i].id] = static_cast<int>(i);
  return positions;
}

}  // namespace

Recommender::Recommender(std::span<const Film> films, RatingModel ratings)
    : films_(films.begin(), films.end()), positions_(positions_of(films)), ratings_(std::move(ratings)), content_(films) {}

Expected<Recommender> Recommender::train(std::span<const Film> films, std::span<const Event> events, const TrainOptions& options,
                                         Progress& progress, const CancelToken& cancel) {
  int viewers = 0;
  const std::vector<RatingCell> cells = cells_of(events, positions_of(films), viewers);
  CINELOOM_TRY_ASSIGN(RatingModel ratings, RatingModel::fit(cells, viewers, static_cast<int>(films.size()), options.ratings, progress, cancel));
  Recommender recommender(films, std::move(ratings));
  std::vector<bool> is_rated(films.size());
  for (std::size_t i = 0; i < films.size(); ++i) is_rated[i] = recommender.ratings_.item_ratings(static_cast<int>(i)) > 0;
  for (int item = 0; std::cmp_less(item, films.size()); ++item) {
    if (is_rated[static_cast<std::size_t>(item)]) continue;
    const std::vector<int> likes = recommender.content_.nearest(item, options.likes, is_rated);
    std::vector<double> weights;
    for (const int like : likes) weights.push_back(recommender.content_.likeness(item, like));
    recommender.ratings_.lend_factors(item, likes, weights);
  }
  return recommender;
}

// The fingerprint of the films, then the rating model; the content model is made anew from the films.
std::string Recommender::to_bytes() const {
  const std::uint64_t mark = fingerprint(films_);
  return std::string(reinterpret_cast<const char*>(&mark), sizeof(mark)) + ratings_.to_bytes();
}

Expected<Recommender> Recommender::load(std::span<const Film> films, std::string_view bytes) {
  std::uint64_t mark = 0;
  if (bytes.size() < sizeof(mark)) return fail(ErrorCode::DataLoss, "the stored model is not whole");
  std::memcpy(&mark, bytes.data(), sizeof(mark));
  if (mark != fingerprint(films)) return fail(ErrorCode::Conflict, "the stored model was trained on other films");
  CINELOOM_TRY_ASSIGN(RatingModel ratings, RatingModel::from_bytes(bytes.substr(sizeof(mark))));
  if (std::cmp_not_equal(ratings.items(), films.size())) return fail(ErrorCode::DataLoss, "the stored model is not whole");
  return Recommender(films, std::move(ratings));
}

Recommendation Recommender::recommend(std::span<const Event> events, const RecommendRequest& request) const {
  return RecommendationMaker(*this, events, request).make();
}

std::optional<double> Recommender::predict(std::span<const Event> events, FilmId film) const {
  const auto position = positions_.find(film);
  if (position == positions_.end()) return std::nullopt;
  return Taste(ratings_, content_, rated_films(events, positions_)).predict(position->second);
}

}  // namespace cineloom
