#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace cineloom {

using Halves = std::vector<std::uint16_t, CacheLineAllocator<std::uint16_t>>;
/// A matrix in 16-bit floats (10 bits of fraction, up to 65504), row by row: half the bytes where rows are gathered from far.
Halves halved(const Matrix& matrix, int threads);

/// One weighted ridge regression after another over rows of the same matrix H [n, k], the target being 1 for every row named:
///   (diag(d) + ridge I + sum_i c_i h_i h_i') w = sum_i c_i h_i
/// the row step of implicit matrix factorisation, in a basis in which what all rows share is diagonal. Few rows (m < k) are
/// solved in m dimensions (Woodbury's identity), many in k. Any thread; scratch memory stays with the thread. Same inputs, same bytes.
class RidgeSolver {
 public:
  /// `diagonal` [k], >= 0. `halves`: the rows once more as `halved()` gives them, or empty; improve() then reads these. All must
  /// outlive the solver.
  RidgeSolver(const Matrix& rows, std::span<const float> diagonal, std::span<const std::uint16_t> halves = {});

  /// `weights`: one per index, > 0, or empty = all 1; ridge > 0. Writes w [k], zeros for no indices. Well-conditioned systems are
  /// solved by gradients until the residual proves a float's precision, the others by a Cholesky factor.
  void solve(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::span<float> solution) const;
  /// The same in double by plain loops: what solve() is tested against, and its way out when floats find no positive pivot.
  void solve_plainly(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::span<float> solution) const;
  /// `steps` conjugate-gradient steps from the solution as it stands, preconditioned by the diagonal; 4 m k flops each. With halves it
  /// comes to the solution for the rows as those say them.
  void improve(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, int steps, std::span<float> solution) const;
  /// One pass of iALS++ (Rendle et al. 2021b): the exact minimum over `block` columns at a time, the others as they stand.
  void improve_by_blocks(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::size_t block,
                         std::span<float> solution) const;

 private:
  const Matrix& rows_;
  std::span<const float> diagonal_;
  std::span<const std::uint16_t> halves_;
};

}  // namespace cineloom
