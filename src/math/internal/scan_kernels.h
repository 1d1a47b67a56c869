#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cineloom {

/// Rows in 8 bits, as TopK keeps them; see there.
struct ByteRows {
  const std::int8_t* bytes = nullptr;
  const float* steps = nullptr;
  const float* offsets = nullptr;
  const float* widths = nullptr;
  std::size_t count = 0;   ///< rows; all arrays reach to the next multiple of 64
  std::size_t stride = 0;  ///< bytes per row, a multiple of 64
};

/// A query in 7 bits, shifted to be positive (0 .. 127): products of two neighbours then fit 16 bits.
struct ByteQuery {
  const std::uint8_t* bytes = nullptr;
  float step = 0;     ///< > 0
  float margin = 0;   ///< |query|_1 / (2 step) and the floats' own rounding
};

struct ScanCandidate {
  std::int32_t index = 0;
  float upper = 0;  ///< the product is at most this
};

/// Rows whose upper bound reaches the count-th best lower bound seen so far, by rising index; a superset of the best rows.
/// `threshold`: the count-th best lower bound of all, -infinity with fewer rows. count >= 1.
std::vector<ScanCandidate> scan_bytes(const ByteRows& rows, const ByteQuery& query, std::size_t count, std::span<const std::uint64_t> allowed,
                                      float& threshold);

}  // namespace cineloom
