#include "recommend/internal/content_taste.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <utility>

namespace cineloom {

LikenessTable::LikenessTable(const ContentModel& content, std::vector<std::int32_t> films) : films_(std::move(films)) {
  values_.reserve(films_.size() * (films_.size() + 1) / 2);
  for (std::size_t a = 0; a < films_.size(); ++a) {
    for (std::size_t b = 0; b <= a; ++b) values_.push_back(content.likeness(films_[a], films_[b]));
  }
}

std::optional<std::vector<std::size_t>> LikenessTable::places(std::span<const std::int32_t> films) const {
  std::vector<std::size_t> places;
  std::size_t place = 0;
  for (const std::int32_t film : films) {
    while (place < films_.size() && films_[place] != film) ++place;
    if (place == films_.size()) return std::nullopt;
    places.push_back(place++);
  }
  return places;
}

ContentTaste::ContentTaste(const ContentModel& content, std::span<const std::int32_t> films, const LikenessTable& table, std::span<const std::size_t> places,
                           std::span<const double> surprises, const Noise& noise)
    : content_(&content) {
  if (films.empty() || noise.variance <= 0) return;
  const auto size = static_cast<Eigen::Index>(films.size());
  Eigen::MatrixXd kernel(size, size);
  for (Eigen::Index i = 0; i < size; ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) kernel(i, j) = noise.variance * table.at(places[static_cast<std::size_t>(i)], places[static_cast<std::size_t>(j)]);
    kernel(i, i) += noise.rating;
  }
  const Eigen::Map<const Eigen::VectorXd> target(surprises.data(), size);
  const Eigen::VectorXd weights = noise.variance * Eigen::LLT<Eigen::MatrixXd>(kernel).solve(target);
  profile_ = content.profile(films, std::span(weights.data(), films.size()));
}

std::vector<double> ContentTaste::profile_shift_from(const ContentTaste& other) const {
  std::vector<double> shift(std::max(profile_.size(), other.profile_.size()), 0);
  for (std::size_t feature = 0; feature < profile_.size(); ++feature) shift[feature] += profile_[feature];
  for (std::size_t feature = 0; feature < other.profile_.size(); ++feature) shift[feature] -= other.profile_[feature];
  return shift;
}

double ContentTaste::shift_from(const ContentTaste& other) const {
  double squares = 0;
  for (const double change : profile_shift_from(other)) squares += change * change;
  return std::sqrt(squares);
}

}  // namespace cineloom
