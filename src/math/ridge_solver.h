#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace cineloom {

/// One weighted ridge regression after another over rows of the same matrix H [n, k], the target being 1 for every row named:
///   (diag(d) + ridge I + sum_i c_i h_i h_i') w = sum_i c_i h_i
/// the row step of implicit matrix factorisation, in a basis in which what all rows share is diagonal. Few rows (m < k) are
/// solved in m dimensions (Woodbury's identity), many in k. Keeps scratch memory: one per thread. Same inputs, same bytes.
class RidgeSolver {
 public:
  /// `diagonal` [k], >= 0. Both must outlive the solver.
  RidgeSolver(const Matrix& rows, std::span<const float> diagonal) : rows_(rows), diagonal_(diagonal) {}

  /// `weights`: one per index, > 0, or empty = all 1; ridge > 0. Writes w [k], zeros for no indices.
  void solve(std::span<const std::int32_t> indices, std::span<const float> weights, float ridge, std::span<float> solution);

 private:
  void gather(std::span<const std::int32_t> indices, std::span<const float> weights);

  const Matrix& rows_;
  std::span<const float> diagonal_;
  std::vector<float, CacheLineAllocator<float>> gathered_;
  std::vector<float, CacheLineAllocator<float>> normal_;
};

}  // namespace cineloom
