#include "math/top_k.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/assert.h"
#include "math/internal/scan_kernels.h"

namespace cineloom {
namespace {

constexpr float kRowSteps = 127;
constexpr float kQuerySteps = 63;
constexpr float kShift = 64;  // makes the query positive

double product(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

bool is_better(const ScoredIndex& a, const ScoredIndex& b) { return a.score > b.score || (a.score == b.score && a.index < b.index); }

std::vector<ScoredIndex> best_of(std::vector<ScoredIndex> all, std::size_t count) {
  const std::size_t kept = std::min(count, all.size());
  std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(kept), is_better);
  all.resize(kept);
  return all;
}

bool is_allowed(std::span<const std::uint64_t> allowed, std::size_t index) { return allowed.empty() || (allowed[index / 64] >> index % 64 & 1U) != 0; }

float largest(std::span<const float> values) {
  return std::transform_reduce(
      values.begin(), values.end(), 0.0F, [](float a, float b) { return std::max(a, b); }, [](float value) { return std::fabs(value); });
}

double length_of_sides(std::span<const float> values) {
  return std::transform_reduce(values.begin(), values.end(), 0.0, std::plus(), [](float value) { return std::fabs(static_cast<double>(value)); });
}

}  // namespace

TopK::TopK(const Matrix& rows) : rows_(rows), stride_((rows.columns() + 63) / 64 * 64) {
  CINELOOM_ASSERT(rows.columns() <= 4096);
  const std::size_t room = (rows.rows() + 63) / 64 * 64;
  bytes_.assign(room * stride_, 0);
  steps_.assign(room, 0);
  offsets_.assign(room, 0);
  widths_.assign(room, 0);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const auto row = rows.row(i);
    steps_[i] = largest(row) / kRowSteps;
    if (!(steps_[i] > 0)) continue;
    float sum = 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      const float rounded = std::clamp(std::round(row[j] / steps_[i]), -kRowSteps, kRowSteps);
      bytes_[i * stride_ + j] = static_cast<std::int8_t>(rounded);
      sum += rounded;
      widths_[i] += std::fabs(rounded);
    }
    offsets_[i] = widths_[i] / 2 - kShift * sum;
  }
}

// With v = d_v q_v + e_v, u = d_u q_u + e_u and |e| <= d / 2 in each place:
//   |u.v - d_u d_v q_u.q_v| <= |u|_1 d_v / 2 + d_v |q_v|_1 d_u / 2.
// The slack covers the floats' rounding in sums of up to 127 * 127 k.
std::vector<std::int32_t> TopK::scan(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) const {
  CINELOOM_ASSERT(query.size() == rows_.columns() && (allowed.empty() || allowed.size() * 64 >= rows_.rows()));
  std::vector<std::int32_t> indices;
  const float step = largest(query) / kQuerySteps;
  if (!(step > 0)) {  // all products are zero: the first rows are the best
    for (std::size_t i = 0; i < rows_.rows() && indices.size() < count; ++i) {
      if (is_allowed(allowed, i)) indices.push_back(static_cast<std::int32_t>(i));
    }
    return indices;
  }
  std::vector<std::uint8_t, CacheLineAllocator<std::uint8_t>> bytes(stride_, 0);
  for (std::size_t j = 0; j < query.size(); ++j)
    bytes[j] = static_cast<std::uint8_t>(kShift + std::clamp(std::round(query[j] / step), -kQuerySteps, kQuerySteps));
  const float slack = 1 + 0.02F * static_cast<float>(query.size());
  const float margin = static_cast<float>(length_of_sides(query) / (2 * static_cast<double>(step))) * 1.00001F + slack;
  float threshold = 0;
  const ByteRows rows{
      .bytes = bytes_.data(), .steps = steps_.data(), .offsets = offsets_.data(), .widths = widths_.data(), .count = rows_.rows(), .stride = stride_};
  for (const ScanCandidate& candidate : scan_bytes(rows, {.bytes = bytes.data(), .step = step, .margin = margin}, count, allowed, threshold)) {
    if (candidate.upper >= threshold) indices.push_back(candidate.index);
  }
  return indices;
}

std::vector<ScoredIndex> TopK::best(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) const {
  if (count == 0 || rows_.rows() == 0) return {};
  std::vector<ScoredIndex> found;
  for (const std::int32_t index : scan(query, count, allowed))
    found.push_back({.index = index, .score = product(query, rows_.row(static_cast<std::size_t>(index)))});
  return best_of(std::move(found), count);
}

std::size_t TopK::candidates(std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) const {
  return count == 0 || rows_.rows() == 0 ? 0 : scan(query, count, allowed).size();
}

std::vector<ScoredIndex> best_rows_plainly(const Matrix& rows, std::span<const float> query, std::size_t count, std::span<const std::uint64_t> allowed) {
  std::vector<ScoredIndex> all;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    if (is_allowed(allowed, i)) all.push_back({.index = static_cast<std::int32_t>(i), .score = product(query, rows.row(i))});
  }
  return best_of(std::move(all), count);
}

}  // namespace cineloom
