#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace cineloom {

/// Sum over rows of x x' of a matrix [n, k]: result [k, k], full, row-major, added up in double over fixed blocks of rows, so that
/// it is the same for any number of threads.
std::vector<double> gram_of(const Matrix& rows, int threads);

/// G = Q diag(values) Q', Q [k, k] with one eigenvector per column, values rising. `gram` symmetric [k, k].
struct EigenBasis {
  std::vector<float> values;
  Matrix vectors;
};
EigenBasis eigen_basis(std::span<const double> gram, std::size_t size);

/// rows = rows Q, in place.
void rotate(Matrix& rows, const Matrix& vectors, int threads);

}  // namespace cineloom
