#include "math/dense_inverse.h"

#include "base/assert.h"

extern "C" {
void spotrf_(const char* triangle, const int* size, float* matrix, const int* stride, int* info);
void spotri_(const char* triangle, const int* size, float* matrix, const int* stride, int* info);
}

namespace cineloom {

// LAPACK counts by columns: its upper triangle is our lower one.
Expected<void> invert_positive_definite(MatrixView matrix, int, const CancelToken& cancel) {
  CINELOOM_ASSERT(matrix.rows == matrix.columns);
  pin_blas();
  const int size = static_cast<int>(matrix.rows);
  const int stride = static_cast<int>(matrix.stride);
  int info = 0;
  spotrf_("U", &size, matrix.data, &stride, &info);
  if (info != 0) return fail(ErrorCode::InvalidArgument, "expected a positive definite matrix, found a pivot that is not positive");
  CINELOOM_TRY(cancel.check());
  spotri_("U", &size, matrix.data, &stride, &info);
  if (info != 0) return fail(ErrorCode::InvalidArgument, "expected a positive definite matrix, found a zero on the factor's diagonal");
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t column = 0; column < row; ++column) matrix.data[column * matrix.stride + row] = matrix.data[row * matrix.stride + column];
  }
  return {};
}

}  // namespace cineloom
