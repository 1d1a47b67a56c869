#include "math/blas.h"

#include <cblas.h>

#include <algorithm>
#include <mutex>
#include <span>

#include "base/assert.h"
#include "math/internal/product_kernels.h"

namespace cineloom {
namespace {

struct Shape {
  std::size_t rows = 0;
  std::size_t columns = 0;
};

Shape shape_of(ConstMatrixView view, Transpose transpose) {
  return transpose == Transpose::No ? Shape{.rows = view.rows, .columns = view.columns} : Shape{.rows = view.columns, .columns = view.rows};
}

float value_at(ConstMatrixView view, Transpose transpose, std::size_t row, std::size_t column) {
  return transpose == Transpose::No ? view.data[row * view.stride + column] : view.data[column * view.stride + row];
}

CBLAS_TRANSPOSE cblas(Transpose transpose) { return transpose == Transpose::No ? CblasNoTrans : CblasTrans; }
blasint size(std::size_t count) { return static_cast<blasint>(count); }

Operand operand(ConstMatrixView view, Transpose transpose) {
  return transpose == Transpose::No ? Operand{.data = view.data, .row_step = view.stride, .column_step = 1}
                                    : Operand{.data = view.data, .row_step = 1, .column_step = view.stride};
}

void scale(MatrixView matrix, float factor) {
  if (factor == 1) return;
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const std::span<float> values(matrix.data + row * matrix.stride, matrix.columns);
    if (factor == 0) {
      std::ranges::fill(values, 0.0F);
    } else {
      for (float& value : values) value *= factor;
    }
  }
}

// Where a side is narrower, tiles would be filled up with zeros.
constexpr std::size_t kLeastForTiles = 8;

}  // namespace

void pin_blas() {
  static std::once_flag once;
  std::call_once(once, [] { openblas_set_num_threads(1); });
}

void multiply(float alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, float beta, MatrixView c) {
  const Shape left = shape_of(a, transpose_a);
  const Shape right = shape_of(b, transpose_b);
  CINELOOM_ASSERT(left.columns == right.rows && left.rows == c.rows && right.columns == c.columns);
  if (c.rows == 0 || c.columns == 0) return;
  if (std::min({c.rows, c.columns, left.columns}) >= kLeastForTiles) {
    scale(c, beta);
    return add_product(alpha, operand(a, transpose_a), operand(b, transpose_b), left.columns, c);
  }
  pin_blas();
  cblas_sgemm(CblasRowMajor, cblas(transpose_a), cblas(transpose_b), size(c.rows), size(c.columns), size(left.columns), alpha, a.data, size(a.stride), b.data,
              size(b.stride), beta, c.data, size(c.stride));
}

void multiply_plainly(float alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, float beta, MatrixView c) {
  const std::size_t depth = shape_of(a, transpose_a).columns;
  for (std::size_t row = 0; row < c.rows; ++row) {
    for (std::size_t column = 0; column < c.columns; ++column) {
      double sum = 0;
      for (std::size_t i = 0; i < depth; ++i)
        sum += static_cast<double>(value_at(a, transpose_a, row, i)) * static_cast<double>(value_at(b, transpose_b, i, column));
      float& target = c.data[row * c.stride + column];
      target = static_cast<float>(static_cast<double>(alpha) * sum + (beta == 0 ? 0 : static_cast<double>(beta * target)));
    }
  }
}

}  // namespace cineloom
