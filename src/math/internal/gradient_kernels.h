#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "math/internal/ridge_kernels.h"

namespace cineloom {

/// Conjugate gradients for RidgeSolver, preconditioned by what all rows share: M = diagonal + ridge. A row read serves both products
/// of a step, and rows are gathered once for all steps where they fit the second cache.
struct GradientScratch {
  AlignedFloats rows;     ///< gathered, scaled by the roots of their weights
  AlignedFloats roots;    ///< of the weights
  AlignedFloats vectors;  ///< what a step works on, [k] each
};

/// `steps` steps from solution as it stands: 4 m k flops each, and as many for the first residual. Targets 1.
void improve_by_gradients(const RidgeTask& task, int steps, GradientScratch& scratch);

/// The solution, where gradients find it to a float's precision in fewer flops than a factor takes; false (and the solution left
/// alone) where they look like not doing so. A = M + sum c h h' >= M, so that the residual in M^-1 bounds the error in M: it is
/// brought down to 3e-7 of the right side's length. Targets 1.
bool solve_by_gradients(const RidgeTask& task, GradientScratch& scratch);

/// The nearest 16-bit floats (10 bits of fraction): half the bytes for a row gathered from far.
void halve(std::span<const float> values, std::span<std::uint16_t> halves);

}  // namespace cineloom
