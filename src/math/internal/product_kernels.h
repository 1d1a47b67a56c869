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

/// Sides packed once for many products. Rows r (columns) that are multiples of these begin at `to + r * depth`; room is needed for
/// as many rows as the next multiple.
inline constexpr std::size_t kPackedRows = 12;
inline constexpr std::size_t kPackedColumns = 32;
void pack_left(Operand left, std::size_t rows, std::size_t depth, float* to);
void pack_right(Operand right, std::size_t depth, std::size_t columns, float* to);
/// c += alpha left right of packed sides.
void add_packed_product(float alpha, const float* left, const float* right, std::size_t depth, MatrixView c);

}  // namespace cineloom
