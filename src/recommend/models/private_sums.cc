#include "recommend/models/private_sums.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "base/thread_pool.h"

namespace cineloom::private_sums {

using privacy::BoundedSum;
using privacy::Share;

namespace {

std::vector<std::vector<float>> rows_of(const SparseMatrix& seen, const ViewerRows& by) {
  std::vector<std::vector<float>> rows(static_cast<std::size_t>(seen.row_count()));
  parallel_for(rows.size(), [&](std::size_t first, std::size_t last) {
    for (std::size_t viewer = first; viewer < last; ++viewer) rows[viewer] = by.row(seen.row_columns(static_cast<std::int32_t>(viewer)));
  });
  return rows;
}

double fame_of_rank(std::span<const double> fame, std::size_t rank) {
  std::vector<double> sorted(fame.begin(), fame.end());
  const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(rank, 1, sorted.size()) - 1);
  std::ranges::nth_element(sorted, place, std::ranges::greater());
  return *place;
}

}  // namespace

std::vector<Share> count_shares(std::span<const std::int32_t> items) {
  const double share = 1 / std::sqrt(static_cast<double>(items.size()));
  std::vector<Share> shares;
  for (const std::int32_t item : items) shares.push_back({.place = static_cast<std::size_t>(item), .value = share});
  return shares;
}

std::vector<Share> item_shares(std::span<const std::int32_t> items, std::span<const float> row, std::span<const double> weights) {
  double squares = 0;
  for (const std::int32_t item : items) squares += weights[static_cast<std::size_t>(item)] * weights[static_cast<std::size_t>(item)];
  std::vector<Share> shares;
  shares.reserve(items.size() * row.size());
  for (const std::int32_t item : items) {
    const double share = weights[static_cast<std::size_t>(item)] / std::sqrt(squares);
    for (std::size_t i = 0; i < row.size(); ++i) {
      shares.push_back({.place = static_cast<std::size_t>(item) * row.size() + i, .value = share * static_cast<double>(row[i])});
    }
  }
  return shares;
}

std::vector<double> item_weights(std::span<const double> fame, const ItemWeighting& weighting) {
  const double familiar = fame_of_rank(fame, static_cast<std::size_t>(weighting.familiar));
  std::vector<double> weights;
  double squares = 0;
  double total = 0;
  for (const double known : fame) {
    const double past = std::hypot(1.0, known / familiar);
    weights.push_back(std::pow(known, static_cast<double>(weighting.rise)) * std::pow(past, -static_cast<double>(weighting.fall)));
    squares += known * weights.back() * weights.back();
    total += known;
  }
  for (double& weight : weights) weight /= std::sqrt(squares / total);
  return weights;
}

std::vector<Share> gram_shares(std::span<const float> row) {
  std::vector<Share> shares;
  for (std::size_t i = 0; i < row.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const double product = static_cast<double>(row[i]) * static_cast<double>(row[j]);
      shares.push_back({.place = shares.size(), .value = i == j ? product : std::numbers::sqrt2 * product});
    }
  }
  return shares;
}

BoundedSum counts(const SparseMatrix& seen) {
  BoundedSum sum(static_cast<std::size_t>(seen.column_count));
  for (std::int32_t viewer = 0; viewer < seen.row_count(); ++viewer) {
    if (seen.row_size(viewer) > 0) sum.add(count_shares(seen.row_columns(viewer)));
  }
  return sum;
}

BoundedSum gram(const SparseMatrix& seen, const ViewerRows& by) {
  BoundedSum sum(by.size() * (by.size() + 1) / 2);
  for (const auto& row : rows_of(seen, by)) sum.add(gram_shares(row));
  return sum;
}

BoundedSum items(const SparseMatrix& seen, const ViewerRows& by, std::span<const double> weights) {
  const auto rows = rows_of(seen, by);
  BoundedSum sum(static_cast<std::size_t>(seen.column_count) * by.size());
  for (std::int32_t viewer = 0; viewer < seen.row_count(); ++viewer) {
    if (seen.row_size(viewer) > 0) sum.add(item_shares(seen.row_columns(viewer), rows[static_cast<std::size_t>(viewer)], weights));
  }
  return sum;
}

std::vector<double> square_of(std::span<const double> triangle, std::size_t size) {
  std::vector<double> square(size * size);
  std::size_t place = 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j, ++place)
      square[i * size + j] = square[j * size + i] = i == j ? triangle[place] : triangle[place] / std::numbers::sqrt2;
  }
  return square;
}

}  // namespace cineloom::private_sums
