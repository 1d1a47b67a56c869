#pragma once

#include <cstddef>

#include "math/blas.h"

namespace cineloom {

/// A matrix as a product reads it: element (i, j) lies at data[i * row_step + j * column_step].
struct Operand {
  const float* data = nullptr;
  std::size_t row_step = 0;
  std::size_t column_step = 0;
};

/// c += alpha left right over `depth`, c [rows, columns]. Blocked as Goto and van de Geijn 2008 do, on one thread.
void add_product(float alpha, Operand left, Operand right, std::size_t depth, MatrixView c);

}  // namespace cineloom
