#pragma once

#include "base/cancel.h"
#include "base/expected.h"
#include "math/blas.h"

namespace cineloom {

/// A^-1 of a large symmetric positive definite matrix, in place: reads the lower triangle, writes the whole inverse.
/// Errors: InvalidArgument when a pivot is not positive (the matrix is spoilt then); Cancelled.
Expected<void> invert_positive_definite(MatrixView matrix, int threads, const CancelToken& cancel);

}  // namespace cineloom
