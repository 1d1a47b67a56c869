#pragma once

#include <Eigen/Core>

#include "math/sparse_matrix.h"

namespace cineloom {

/// exp(sharpness cosine) of all pairs of rows of `content` [items, features], less its means by row and column: [items, items]. Sharp
/// likeness counts what is shared together for more than the sum of it.
Eigen::MatrixXf content_likeness(const SparseMatrix& content, float sharpness);

}  // namespace cineloom
