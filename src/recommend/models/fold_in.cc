#include "recommend/models/fold_in.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/assert.h"
#include "math/blas.h"
#include "math/cholesky.h"
#include "math/eigen_basis.h"
#include "math/ridge_solver.h"
#include "recommend/models/row_products.h"

namespace cineloom {
namespace {

float dot(std::span<const float> a, std::span<const float> b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F); }

std::span<const float> row_of(const FoldIn& items, std::int32_t item) { return items.items().row(static_cast<std::size_t>(item)); }

}  // namespace

float FoldInTerms::ridge(std::size_t events, std::size_t others) const {
  return regularization * std::pow(static_cast<float>(events) + unobserved_weight * static_cast<float>(others), exponent);
}

FoldIn::FoldIn(Matrix items, const FoldInTerms& terms, int threads) : items_(std::move(items)), terms_(terms) {
  EigenBasis basis = eigen_basis(gram_of(items_, threads), items_.columns());
  rotate(items_, basis.vectors, threads);
  for (const float value : basis.values) diagonal_.push_back(terms.unobserved_weight * value);
  rotation_ = std::move(basis.vectors);
}

bool FoldIn::are_factors(std::span<const float> values) {
  constexpr float kMost = 1e6F;
  return std::ranges::all_of(values, [](float value) { return std::abs(value) <= kMost; });  // which no NaN is
}

std::vector<float> FoldIn::fold_in(std::span<const HistoryEntry> history) const {
  std::vector<std::int32_t> indices;
  std::vector<float> weights;
  for (const HistoryEntry& entry : history) {
    if (!(entry.value > 0)) continue;
    indices.push_back(entry.item);
    weights.push_back(entry.value);
  }
  if (std::ranges::all_of(weights, [](float weight) { return weight == 1; })) weights.clear();
  std::vector<float> row(items_.columns(), 0);
  RidgeSolver(items_, diagonal_).solve(indices, weights, terms_.ridge(indices.size(), items_.rows()), row);
  return row;
}

void FoldIn::score(std::span<const float> row, std::span<float> scores) const { multiply_rows(items_, row, scores); }

UserPosterior::UserPosterior(const FoldIn& items, std::span<const HistoryEntry> history) : items_(&items) {
  std::ranges::copy_if(history, std::back_inserter(history_), [](const HistoryEntry& entry) { return entry.value > 0; });
  ridge_ = items.terms().ridge(history_.size(), items.items().rows());
  build();
  solve();
}

void UserPosterior::build() {
  const std::size_t size = items_->items().columns();
  Matrix rows(history_.size(), size);
  for (std::size_t i = 0; i < history_.size(); ++i) {
    const float root = std::sqrt(history_[i].value);
    std::ranges::transform(row_of(*items_, history_[i].item), rows.row(i).begin(), [root](float value) { return root * value; });
  }
  factor_.assign(size * size, 0);
  multiply(1, rows, Transpose::Yes, rows, Transpose::No, 0, {factor_.data(), size, size, size});
  for (std::size_t i = 0; i < size; ++i) factor_[i * size + i] += items_->diagonal()[i] + ridge_;
  CINELOOM_ASSERT(factor_cholesky(factor_, size) == Definite::Yes);
}

void UserPosterior::solve() {
  factors_.assign(items_->items().columns(), 0);
  for (const HistoryEntry& entry : history_) {
    const auto row = row_of(*items_, entry.item);
    for (std::size_t i = 0; i < factors_.size(); ++i) factors_[i] += entry.value * row[i];
  }
  solve_cholesky(factor_, factors_);
}

void UserPosterior::add(const HistoryEntry& entry) {
  if (!(entry.value > 0)) return;
  history_.push_back(entry);
  const auto row = row_of(*items_, entry.item);
  std::vector<float> scaled(row.begin(), row.end());
  for (float& value : scaled) value *= std::sqrt(entry.value);
  update_cholesky(factor_, scaled);
  solve();
}

void UserPosterior::take_back(const HistoryEntry& entry) {
  const auto place = std::ranges::find_if(history_, [&](const HistoryEntry& known) { return known.item == entry.item && known.value == entry.value; });
  if (place == history_.end()) return;
  history_.erase(place);
  const auto row = row_of(*items_, entry.item);
  std::vector<float> scaled(row.begin(), row.end());
  for (float& value : scaled) value *= std::sqrt(entry.value);
  if (downdate_cholesky(factor_, scaled) == Definite::No) build();
  solve();
}

std::vector<float> UserPosterior::factors_without(std::size_t event) const {
  const HistoryEntry& entry = history_[event];
  const auto row = row_of(*items_, entry.item);
  std::vector<float> direction(row.begin(), row.end());
  solve_cholesky(factor_, direction);
  const float share = entry.value * dot(row, direction);
  const float step = entry.value * (1 - dot(row, factors_)) / (1 - share);
  std::vector<float> rest = factors_;
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= step * direction[i];
  return rest;
}

std::vector<float> UserPosterior::sample(std::span<const float> normals, float scale) const {
  std::vector<float> draw(normals.begin(), normals.end());
  solve_lower_transposed(factor_, draw);
  for (std::size_t i = 0; i < draw.size(); ++i) draw[i] = factors_[i] + scale * draw[i];
  return draw;
}

float UserPosterior::variance(std::span<const float> x) const {
  std::vector<float> column(x.begin(), x.end());
  solve_lower(factor_, column);
  return dot(column, column);
}

}  // namespace cineloom
