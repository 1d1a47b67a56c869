#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "math/internal/scan_kernels.h"
#include "math/matrix.h"

namespace cineloom {

/// A query in 8 bits, and the bytes that its view is of.
struct RoundedQuery {
  std::vector<std::int8_t, CacheLineAllocator<std::int8_t>> bytes;
  ByteQuery view;
};

/// The step at which the largest number of a query is still a byte; 0 for a query of zeros.
float step_of(std::span<const float> query);

}  // namespace cineloom
