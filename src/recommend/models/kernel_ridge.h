#pragma once

#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "math/matrix.h"
#include "math/sparse_matrix.h"

namespace cineloom {

/// One kernel per group of features over the same items, K_g = A_g A_g', to be mixed with weights.
class GroupKernels {
 public:
  /// `rows` [items, features]; `group_of` by feature, 0 .. groups - 1.
  GroupKernels(const SparseMatrix& rows, std::span<const std::size_t> group_of, std::size_t groups);

  /// sum of weights[g] K_g, [items, items].
  [[nodiscard]] Matrix mix(std::span<const float> weights) const;
  [[nodiscard]] std::size_t size() const { return kernels_.size(); }

 private:
  std::vector<Matrix> kernels_;
  std::size_t items_ = 0;
};

/// sum of weights[group] A_g A_g' without keeping the groups apart, [items, items].
Matrix mixed_kernel(const SparseMatrix& rows, std::span<const std::size_t> group_of, std::span<const float> weights);

/// alpha = (K + diag(ridges))^-1 (targets - mean targets), [items, k]. `kernel` is spoilt.
/// Errors: InvalidArgument when the sum is not positive definite; Cancelled.
struct KernelSolution {
  Matrix alpha;
  std::vector<float> mean;              ///< [k]
  std::vector<float> inverse_diagonal;  ///< of (K + diag(ridges))^-1, [items]

  /// What the others foretell for each item: targets - alpha / inverse diagonal, exactly, without solving anew.
  [[nodiscard]] Matrix left_one_out(const Matrix& targets) const;
};
Expected<KernelSolution> solve_kernel_ridge(Matrix kernel, std::span<const float> ridges, const Matrix& targets, int threads, const CancelToken& cancel);

/// l / sqrt(count / mean count + .05): what many have touched is known better. `counts` > 0.
std::vector<float> ridges_of(std::span<const float> counts, float regularization);

}  // namespace cineloom
