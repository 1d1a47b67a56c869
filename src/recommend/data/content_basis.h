#pragma once

#include <cstdint>

#include "base/random.h"
#include "math/matrix.h"
#include "math/sparse_matrix.h"

namespace cineloom {

struct ContentBasisOptions {
  std::int32_t dimensions = 100;  ///< most that are kept, >= 1
  float flattening = 0.25F;       ///< 0 = every direction is as long as any other, 0.5 = as they are
  float sharpness = 0;            ///< 0 = items are alike by what they share; above, by exp(sharpness x cosine), which hears what is shared together
  Seed seed = 1;                  ///< of the first guess; the result hardly depends on it
};

/// Where items lie by what is said of them: the main directions of `content` [items, features] around its mean, by subspace iteration.
/// Sharpness takes memory with the square of the items; past 5,000 of them it is left out.
/// Result [items, d], columns by falling variance, mean 0, rows of length 1 on average; d is smaller where there are fewer directions,
/// 0 without features.
Matrix content_basis(const SparseMatrix& content, const ContentBasisOptions& options);

}  // namespace cineloom
