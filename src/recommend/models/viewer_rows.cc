#include "recommend/models/viewer_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "math/eigen_basis.h"

namespace cineloom {
namespace {

constexpr float kLeastVariance = 1e-9F;

float product(std::span<const float> a, std::span<const float> b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F); }

void make_unit(std::span<float> row) {
  const float length = std::sqrt(product(row, row));
  for (float& value : row) value = length > 0 ? value / length : 0;
}

/// Moves places so that their mean by fame is 0.
void center(Matrix& places, std::span<const double> fame) {
  const double total = std::accumulate(fame.begin(), fame.end(), 0.0);
  for (std::size_t axis = 0; axis < places.columns(); ++axis) {
    double mean = 0;
    for (std::size_t item = 0; item < fame.size(); ++item) mean += fame[item] / total * static_cast<double>(places.at(item, axis));
    for (std::size_t item = 0; item < fame.size(); ++item) places.at(item, axis) -= static_cast<float>(mean);
  }
}

/// Turns places into directions of which each has variance 1 over what viewers know.
void whiten(Matrix& places, std::span<const double> fame) {
  const double total = std::accumulate(fame.begin(), fame.end(), 0.0);
  Matrix known = places;
  for (std::size_t item = 0; item < fame.size(); ++item) {
    for (float& value : known.row(item)) value *= static_cast<float>(std::sqrt(fame[item] / total));
  }
  const EigenBasis basis = eigen_basis(gram_of(known, 0), places.columns());
  rotate(places, basis.vectors, 0);
  for (std::size_t item = 0; item < places.rows(); ++item) {
    for (std::size_t axis = 0; axis < places.columns(); ++axis) places.at(item, axis) /= std::sqrt(std::max(basis.values[axis], kLeastVariance));
  }
}

}  // namespace

ViewerRows ViewerRows::by_content(const Matrix& places, std::span<const double> fame, std::size_t size, float constant) {
  ViewerRows rows;
  rows.size_ = size;
  rows.constant_ = constant;
  rows.places_ = Matrix(places.rows(), size - 1);
  Random random(1);  // directions beyond those that content has: any will do to begin with
  for (std::size_t item = 0; item < places.rows(); ++item) {
    const auto place = rows.places_.row(item);
    const std::size_t known = std::min(place.size(), places.columns());
    std::ranges::copy(places.row(item).first(known), place.begin());
    for (float& value : place.subspan(known)) value = static_cast<float>(0.1 * random.normal());
  }
  center(rows.places_, fame);
  whiten(rows.places_, fame);
  return rows;
}

ViewerRows ViewerRows::by_factors(FoldIn items) {
  ViewerRows rows;
  rows.size_ = items.items().columns();
  rows.factors_ = std::move(items);
  return rows;
}

ViewerRows ViewerRows::whitened(std::span<const double> gram, double noise) const {
  ViewerRows rows = *this;
  const EigenBasis basis = eigen_basis(gram, size_);
  const double floor = 1 + 2 * noise * std::sqrt(static_cast<double>(size_));  // the longest a square of noise alone would seem
  rows.turn_ = Matrix(size_, size_);
  for (std::size_t axis = 0; axis < size_; ++axis) {
    rows.lengths_.push_back(std::max(static_cast<double>(basis.values[axis]), 0.0));
    rows.stretch_.push_back(1 / std::sqrt(rows.lengths_.back() + floor));
    for (std::size_t i = 0; i < size_; ++i) rows.turn_.at(axis, i) = basis.vectors.at(i, axis);
  }
  return rows;
}

std::vector<double> ViewerRows::whitened_gram(double viewers) const {
  std::vector<double> gram(size_ * size_, 0);
  double trace = 0;
  for (std::size_t axis = 0; axis < size_; ++axis) trace += gram[axis * size_ + axis] = lengths_[axis] * stretch_[axis] * stretch_[axis];
  for (std::size_t axis = 0; axis < size_; ++axis) gram[axis * size_ + axis] *= viewers / std::max(trace, 1e-12);
  return gram;
}

Matrix ViewerRows::item_factors() const {
  if (!factors_) return {};
  const Matrix& items = factors_->items();
  if (turn_.rows() == 0) return items;
  Matrix turned(items.rows(), size_);
  for (std::size_t item = 0; item < items.rows(); ++item) {
    for (std::size_t axis = 0; axis < size_; ++axis) turned.at(item, axis) = product(items.row(item), turn_.row(axis)) / static_cast<float>(stretch_[axis]);
  }
  return turned;
}

std::vector<float> ViewerRows::content_row(std::span<const std::int32_t> history) const {
  std::vector<float> row(size_, 0);
  for (const std::int32_t item : history) {
    const auto place = places_.row(static_cast<std::size_t>(item));
    for (std::size_t i = 0; i < place.size(); ++i) row[i + 1] += place[i];
  }
  make_unit(row);
  for (float& value : row) value *= std::sqrt(1 - constant_ * constant_);
  row[0] = constant_;
  return row;
}

std::vector<float> ViewerRows::row(std::span<const std::int32_t> history) const {
  if (history.empty()) return std::vector<float>(size_, 0);
  std::vector<HistoryEntry> entries;
  for (const std::int32_t item : history) entries.push_back({.item = item});
  std::vector<float> row = factors_ ? factors_->fold_in(entries) : content_row(history);
  if (turn_.rows() > 0) {
    std::vector<float> turned;
    for (std::size_t axis = 0; axis < size_; ++axis) turned.push_back(static_cast<float>(stretch_[axis]) * product(row, turn_.row(axis)));
    row = std::move(turned);
  }
  make_unit(row);
  return row;
}

}  // namespace cineloom
