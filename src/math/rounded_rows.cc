#include "math/rounded_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/assert.h"
#include "math/internal/rounded_query.h"

namespace cineloom {
namespace {

constexpr double kMiddle = 127.5;      // of the rows' bytes: no value is its own, which costs nothing
constexpr double kHighMiddle = 120;    // of what the upper four bits say
constexpr float kQuerySteps = 127;
constexpr double kUpwards = 1.000001;  // makes a float of a double that it is no less than

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

}  // namespace

float step_of(std::span<const float> query) { return largest(query) / kQuerySteps; }

RoundedRows::RoundedRows(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), chunks_((columns + kChunkValues - 1) / kChunkValues) {
  CINELOOM_ASSERT(columns <= 4096);
  const std::size_t room = (rows + 63) / 64 * 64;
  high_.assign(room * chunks_ * kChunkBytes, 0);
  low_.assign(room * chunks_ * kChunkBytes, 0);
  for (auto* values : {&steps_, &high_errors_, &errors_, &lengths_}) values->assign(room, 0);
}

void RoundedRows::set(std::size_t row, std::span<const float> values) {
  const float step = largest(values) / static_cast<float>(kMiddle);
  if (!(step > 0)) return;
  if (!std::isfinite(step)) {  // whatever it may come to is not ruled out
    errors_[row] = high_errors_[row] = lengths_[row] = std::numeric_limits<float>::infinity();
    return;
  }
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
    const double off = value - static_cast<double>(step) * (byte - kMiddle);
    const double high_off = value - static_cast<double>(step) * (byte / 16 * 16 - kHighMiddle);
    square += value * value;
    error += off * off;
    high_error += high_off * high_off;
  }
  steps_[row] = step;
  errors_[row] = root_above(error);
  high_errors_[row] = root_above(high_error);
  lengths_[row] = root_above(square) + std::max(high_errors_[row], errors_[row]);
}

ByteRows RoundedRows::view() const {
  return {.high = high_.data(),
          .low = low_.data(),
          .steps = steps_.data(),
          .high_errors = high_errors_.data(),
          .errors = errors_.data(),
          .lengths = lengths_.data(),
          .count = rows_,
          .chunks = chunks_};
}

// The error's second term is the floats' rounding in the scan: some 2^-22 of sums of up to |u|_1 |v|_max, twenty times over.
RoundedQuery RoundedRows::rounded(std::span<const float> query, float step) const {
  RoundedQuery rounded{.bytes = std::vector<std::int8_t, CacheLineAllocator<std::int8_t>>(chunks_ * kChunkValues, 0), .view = {}};
  double square = 0;
  double error = 0;
  double sum = 0;
  for (std::size_t j = 0; j < query.size(); ++j) {
    const float byte = std::clamp(std::round(query[j] / step), -kQuerySteps, kQuerySteps);
    rounded.bytes[j] = static_cast<std::int8_t>(byte);
    const auto value = static_cast<double>(query[j]);
    const double off = value - static_cast<double>(step) * static_cast<double>(byte);
    sum += static_cast<double>(byte);
    square += value * value;
    error += off * off;
  }
  const auto size = static_cast<double>(query.size());
  rounded.view = {.bytes = rounded.bytes.data(),
                  .step = step,
                  .sum = static_cast<float>(sum),
                  .length = root_above(square),
                  .error = root_above(error) + static_cast<float>(5e-6 * std::sqrt(size * square))};
  return rounded;
}

std::vector<ReachingRow> RoundedRows::reaching(std::span<const float> query, std::span<const float> least) const {
  CINELOOM_ASSERT(query.size() == columns_ && least.size() == rows_);
  std::vector<ReachingRow> found;
  const float step = step_of(query);
  if (!(step > 0) || !std::isfinite(step)) {  // all products are zero; or of such numbers, anything
    const float most = step > 0 ? std::numeric_limits<float>::infinity() : 0;
    for (std::size_t row = 0; row < rows_; ++row) {
      if (least[row] <= most && least[row] < std::numeric_limits<float>::infinity()) found.push_back({.index = static_cast<std::int32_t>(row), .most = most});
    }
    return found;
  }
  const RoundedQuery query_bytes = rounded(query, step);
  for (const ScanCandidate& candidate : scan_bytes_reaching(view(), query_bytes.view, least))
    found.push_back({.index = candidate.index, .most = candidate.upper});
  return found;
}

}  // namespace cineloom
