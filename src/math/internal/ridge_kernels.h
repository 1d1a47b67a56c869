#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace cineloom {

/// The vector code under RidgeSolver, compiled once per instruction set and chosen at run time. Square matrices lie in panels of
/// two vectors' width: panel p holds columns p W .. p W + W - 1 of all rows, one row after the other, so that a walk down a
/// panel is a walk through memory. Factors are upper ones, A = U'U.
using AlignedFloats = std::vector<float, CacheLineAllocator<float>>;

/// One row's regression over columns [first_column, first_column + k) of `rows`; see RidgeSolver.
struct RidgeTask {
  const Matrix* rows = nullptr;
  const std::uint16_t* halves = nullptr;      ///< the same rows in 16 bits, which gradients then read
  std::size_t first_column = 0;
  std::span<const float> diagonal;            ///< [k], what all rows share
  std::span<const std::int32_t> indices;
  std::span<const float> weights;             ///< empty = all 1
  std::span<const float> targets;             ///< empty = all 1
  float ridge = 0;
  std::span<float> solution;                  ///< [k]
};

struct RidgeScratch {
  AlignedFloats packed;    ///< gathered rows in panels
  AlignedFloats normal;    ///< the square matrix, then its factor
  AlignedFloats inverse;   ///< one over the factor's diagonal
  AlignedFloats right;     ///< right side, then solution
  AlignedFloats scale;     ///< per dimension or per row
};

/// In k dimensions: k^2 m + k^3 / 3 flops. False when a pivot is not positive.
bool solve_primal(const RidgeTask& task, RidgeScratch& scratch);
/// In m dimensions, w = D^-1 B' (I + B D^-1 B')^-1 s: m^2 k + m^3 / 3 flops. False when a pivot is not positive.
bool solve_dual(const RidgeTask& task, RidgeScratch& scratch);

/// scores[i] += h_i.x over the task's columns.
void add_scores(const RidgeTask& task, std::span<const float> x, std::span<float> scores);

}  // namespace cineloom
