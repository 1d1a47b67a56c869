#pragma once

#include <span>

#include "math/matrix.h"

namespace cineloom {

/// products[i] = rows[i] . vector. Shapes: rows [n, k], vector [k], products [n]. One pass over memory, which is what it costs: a matrix
/// product with one column copies the rows first.
void multiply_rows(const Matrix& rows, std::span<const float> vector, std::span<float> products);

}  // namespace cineloom
