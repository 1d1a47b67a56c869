#pragma once

#include <cstddef>

#include "math/matrix.h"

namespace cineloom {

/// A rectangle inside a row-major matrix that somebody else owns: row r begins at data + r * stride.
struct MatrixView {
  float* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;

  MatrixView() = default;
  MatrixView(float* values, std::size_t row_count, std::size_t column_count, std::size_t row_stride)
      : data(values), rows(row_count), columns(column_count), stride(row_stride) {}
  MatrixView(Matrix& matrix) : MatrixView(matrix.data(), matrix.rows(), matrix.columns(), matrix.columns()) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] MatrixView part(std::size_t row, std::size_t column, std::size_t row_count, std::size_t column_count) const {
    return {data + row * stride + column, row_count, column_count, stride};
  }
};

/// The same, not to be written to.
struct ConstMatrixView {
  const float* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;

  ConstMatrixView() = default;
  ConstMatrixView(const float* values, std::size_t row_count, std::size_t column_count, std::size_t row_stride)
      : data(values), rows(row_count), columns(column_count), stride(row_stride) {}
  ConstMatrixView(const Matrix& matrix)
      : ConstMatrixView(matrix.data(), matrix.rows(), matrix.columns(), matrix.columns()) {}  // NOLINT(google-explicit-constructor)
  ConstMatrixView(const MatrixView& view) : ConstMatrixView(view.data, view.rows, view.columns, view.stride) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] ConstMatrixView part(std::size_t row, std::size_t column, std::size_t row_count, std::size_t column_count) const {
    return {data + row * stride + column, row_count, column_count, stride};
  }
};

enum class Transpose { No, Yes };

/// OpenBLAS on one thread: callers run it inside their own threads, and threads inside threads burn five times the work.
/// Done by every function below; call it before using the library in another way.
void pin_blas();

/// c = alpha op(a) op(b) + beta c. Shapes must fit; c must not overlap a or b. Any thread; same inputs, same bytes.
void multiply(float alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, float beta, MatrixView c);
/// The plain loop that `multiply` is tested against.
void multiply_plainly(float alpha, ConstMatrixView a, Transpose transpose_a, ConstMatrixView b, Transpose transpose_b, float beta, MatrixView c);

}  // namespace cineloom
