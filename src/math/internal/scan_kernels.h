#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cineloom {

/// Values to a chunk of a plane: byte b of it holds four bits of value b (its lower half) and of value 64 + b.
inline constexpr std::size_t kChunkValues = 128;
inline constexpr std::size_t kChunkBytes = 64;
inline constexpr std::size_t kGroupRows = 16;

/// Rows in 8 bits, as TopK keeps them; see there. The upper and the lower four bits lie in planes of their own, so that a scan reads
/// half a byte per value: v is near step (16 high + low - 127.5), and near step (16 high - 120) without the lower ones.
struct ByteRows {
  const std::uint8_t* high = nullptr;  ///< in groups of 16 rows: four bytes of each row, then the next four
  const std::uint8_t* low = nullptr;   ///< row by row
  const float* steps = nullptr;
  const float* high_errors = nullptr;  ///< at least |row - what its upper bits say|
  const float* errors = nullptr;       ///< at least |row - what its 8 bits say|
  const float* lengths = nullptr;      ///< at least the length of the row and of both approximations
  std::size_t count = 0;               ///< rows; all arrays reach to the next multiple of 64
  std::size_t chunks = 0;              ///< of a row
};

/// A query in 8 bits with its sign: u is near step q.
struct ByteQuery {
  const std::int8_t* bytes = nullptr;  ///< one per value, zeros to the end of the last chunk
  float step = 0;                      ///< > 0
  float sum = 0;                       ///< of the bytes
  float length = 0;                    ///< at least |u|
  float error = 0;                     ///< at least |u - step q| and the floats' own rounding, per unit of a row's length
};

struct ScanCandidate {
  std::int32_t index = 0;
  float upper = 0;  ///< the product is at most this
};

/// Rows whose upper bound reaches the count-th best lower bound seen so far, by rising index; a superset of the best rows.
/// `threshold`: the count-th best lower bound of all, -infinity with fewer rows. count >= 1.
std::vector<ScanCandidate> scan_bytes(const ByteRows& rows, const ByteQuery& query, std::size_t count, std::span<const std::uint64_t> allowed,
                                      float& threshold);

/// Rows whose upper bound reaches their own bar, by rising index. `least` [count].
std::vector<ScanCandidate> scan_bytes_reaching(const ByteRows& rows, const ByteQuery& query, std::span<const float> least);

}  // namespace cineloom
