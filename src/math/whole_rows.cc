#include "math/whole_rows.h"

#include <cblas.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "math/blas.h"

namespace cineloom {
namespace {

constexpr int kWeightBits = 10;
constexpr int kSumBits = 62;
/// Products of two numbers and a weight have at most 40 bits: this many in a double, which is exact to 53, are far from its end.
constexpr std::size_t kPanelRows = 512;

/// Some rows side by side, plain and weighted, and the sum of their products.
class Panel {
 public:
  /// For rows of k numbers, of which `most` or kPanelRows come at a time.
  Panel(std::size_t columns, std::size_t most)
      : columns_(columns), capacity_(std::min(most, kPanelRows)), plain_(capacity_ * columns), weighted_(plain_.size()), square_(columns * columns) {}

  void put(std::span<const std::int16_t> row, std::int32_t weight) {
    double* plain = plain_.data() + rows_ * columns_;
    double* weighted = weighted_.data() + rows_ * columns_;
    for (std::size_t i = 0; i < columns_; ++i) {
      plain[i] = row[i];
      weighted[i] = static_cast<double>(weight) * plain[i];
    }
    ++rows_;
  }
  [[nodiscard]] bool is_full() const { return rows_ == capacity_; }

  /// Adds what was put to the totals and is empty again.
  void empty_into(std::span<std::int64_t> totals) {
    if (rows_ == 0) return;
    const auto size = static_cast<blasint>(columns_);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, size, size, static_cast<blasint>(rows_), 1, plain_.data(), size, weighted_.data(), size, 0,
                square_.data(), size);
    auto total = totals.begin();
    for (std::size_t i = 0; i < columns_; ++i) {
      for (std::size_t j = 0; j <= i; ++j) *total++ += static_cast<std::int64_t>(square_[i * columns_ + j]);
    }
    for (std::size_t row = 0; row < rows_; ++row) {
      for (std::size_t i = 0; i < columns_; ++i) total[static_cast<std::ptrdiff_t>(i)] += static_cast<std::int64_t>(weighted_[row * columns_ + i]);
    }
    rows_ = 0;
  }

 private:
  std::size_t columns_;
  std::size_t capacity_;
  std::size_t rows_ = 0;
  std::vector<double> plain_;
  std::vector<double> weighted_;
  std::vector<double> square_;
};

/// Of the grid on which `greatest` still has no more than that many bits.
double step_for(float greatest, int bits) {
  if (!(greatest > 0)) return 1;
  int exponent = 0;
  std::frexp(greatest, &exponent);  // greatest <= 2^exponent
  return std::ldexp(1.0, exponent - bits);
}

}  // namespace

WholeRows::WholeRows(const Matrix& rows, float greatest, int bits) : columns_(rows.columns()), step_(step_for(greatest, bits)) {
  constexpr double kMost = (1 << kMostBits) - 1;
  values_.reserve(rows.values().size());
  for (const float value : rows.values())
    values_.push_back(static_cast<std::int16_t>(std::clamp(std::nearbyint(static_cast<double>(value) / step_), -kMost, kMost)));
}

int WholeRows::bits_for(std::int64_t most_rows) {
  const auto of_count = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(most_rows, 1))));
  return std::clamp((kSumBits - kWeightBits - of_count) / 2, 1, kMostBits);
}

void WholeRows::add(std::span<const std::int32_t> indices, std::span<const std::int32_t> weights, std::span<std::int64_t> totals) const {
  pin_blas();
  Panel panel(columns_, indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    panel.put(std::span(values_).subspan(static_cast<std::size_t>(indices[i]) * columns_, columns_), weights[i]);
    if (panel.is_full()) panel.empty_into(totals);
  }
  panel.empty_into(totals);
}

void WholeRows::add_all(std::span<std::int64_t> totals) const {
  std::vector<std::int32_t> indices(columns_ == 0 ? 0 : values_.size() / columns_);
  std::iota(indices.begin(), indices.end(), 0);
  add(indices, std::vector<std::int32_t>(indices.size(), 1), totals);
}

}  // namespace cineloom
