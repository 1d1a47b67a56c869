#include "math/top_k.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/assert.h"
#include "math/internal/scan_kernels.h"

namespace cineloom {
namespace {

constexpr double kMiddle = 127.5;      // of the rows' bytes: no value is its own, which costs nothing
constexpr double kHighMiddle = 120;    // of what the upper four bits say
constexpr float kQuerySteps = 127;
constexpr double kUpwards = 1.000001;  // makes a float of a double that it is no less than

/// In eight sums, which need not wait for each other.
double product(std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t kSums = 8;
  std::array<double, kSums> sums{};
  std::size_t at = 0;
  for (; at + kSums <= a.size(); at += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) sums[i] += static_cast<double>(a[at + i]) * static_cast<double>(b[at + i]);
  }
  for (; at < a.size(); ++at) sums[0] += static_cast<double>(a[at]) * static_cast<double>(b[at]);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
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

/// A float no less than the root.
float root_above(double square) { return static_cast<float>(std::sqrt(square) * kUpwards); }

/// A byte of 0 .. 255 whose distance from 127.5 is the value in steps.
std::uint8_t byte_of(float value, float step) { return static_cast<std::uint8_t>(std::clamp(std::floor(value / step + 128), 0.0F, 255.0F)); }

/// Where ByteRows::high keeps a value.
std::size_t place_in_groups(std::size_t row, std::size_t column, std::size_t chunks) {
  const std::size_t chunk = row / kGroupRows * chunks + column / kChunkValues;
  const std::size_t byte = column % kChunkBytes;
  return chunk * kGroupRows * kChunkBytes + byte / 4 * 4 * kGroupRows + row % kGroupRows * 4 + byte % 4;
}

struct RoundedQuery {
  std::vector<std::int8_t, CacheLineAllocator<std::int8_t>> bytes;
  ByteQuery view;
};

/// `step` > 0. The error's second term is the floats' rounding in the scan: some 2^-22 of sums of up to |u|_1 |v|_max, twenty times over.
RoundedQuery round_query(std::span<const float> query, float step, std::size_t chunks) {
  RoundedQuery rounded{.bytes = std::vector<std::int8_t, CacheLineAllocator<std::int8_t>>(chunks * kChunkValues, 0)};
  double square = 0;
  double error = 0;
  double sum = 0;
  for (std::size_t j = 0; j < query.size(); ++j) {
    const float byte = std::clamp(std::round(query[j] / step), -kQuerySteps, kQuerySteps);
    rounded.bytes[j] = static_cast<std::int8_t>(byte);
    sum += static_cast<double>(byte);
    square += std::pow(static_cast<double>(query[j]), 2);
    error += std::pow(static_cast<double>(query[j]) - static_cast<double>(step) * static_cast<double>(byte), 2);
  }
  const auto size = static_cast<double>(query.size());
  rounded.view = {.bytes = rounded.bytes.data(),
                  .step = step,
                  .sum = static_cast<float>(sum),
                  .length = root_above(square),
                  .error = root_above(error) + static_cast<float>(5e-6 * std::sqrt(size * square))};
  return rounded;
}

}  // namespace

TopK::TopK(const Matrix& rows) : rows_(rows), chunks_((rows.columns() + kChunkValues - 1) / kChunkValues) {
  CINELOOM_ASSERT(rows.columns() <= 4096);
  const std::size_t room = (rows.rows() + 63) / 64 * 64;
  high_.assign(room * chunks_ * kChunkBytes, 0);
  low_.assign(room * chunks_ * kChunkBytes, 0);
  for (auto* values : {&steps_, &high_errors_, &errors_, &lengths_}) values->assign(room, 0);
  for (std::size_t i = 0; i < rows.rows(); ++i) quantise(i);
}

void TopK::quantise(std::size_t row) {
  const auto values = rows_.row(row);
  const float step = largest(values) / static_cast<float>(kMiddle);
  if (!(step > 0)) return;
  double square = 0;
  double error = 0;
  double high_error = 0;
  for (std::size_t j = 0; j < values.size(); ++j) {
    const std::uint8_t byte = byte_of(values[j], step);
    const unsigned shift = j % kChunkValues < kChunkBytes ? 0 : 4;
    std::uint8_t& high = high_[place_in_groups(row, j, chunks_)];
    std::uint8_t& low = low_[(row * chunks_ + j / kChunkValues) * kChunkBytes + j % kChunkBytes];
    high = static_cast<std::uint8_t>(high | byte / 16U << shift);
    low = static_cast<std::uint8_t>(low | byte % 16U << shift);
    const auto value = static_cast<double>(values[j]);
    square += value * value;
    error += std::pow(value - static_cast<double>(step) * (byte - kMiddle), 2);
    high_error += std::pow(value - static_cast<double>(step) * (byte / 16 * 16 - kHighMiddle), 2);
  }
  steps_[row] = step;
  errors_[row] = root_above(error);
  high_errors_[row] = root_above(high_error);
  lengths_[row] = root_above(square) + std::max(high_errors_[row], errors_[row]);
}

// With u and v as their bytes say u' and v':  |u.v - u'.v'| = |u.(v - v') + (u - u').v'| <= |u| |v - v'| + |u - u'| |v'|.
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
  const RoundedQuery rounded = round_query(query, step, chunks_);
  float threshold = 0;
  const ByteRows rows{.high = high_.data(),
                      .low = low_.data(),
                      .steps = steps_.data(),
                      .high_errors = high_errors_.data(),
                      .errors = errors_.data(),
                      .lengths = lengths_.data(),
                      .count = rows_.rows(),
                      .chunks = chunks_};
  for (const ScanCandidate& candidate : scan_bytes(rows, rounded.view, count, allowed, threshold)) {
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
