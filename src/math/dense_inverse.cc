#include "math/dense_inverse.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/assert.h"
#include "base/thread_pool.h"

extern "C" {
void spotrf_(const char* triangle, const int* size, float* matrix, const int* stride, int* info);
void spotri_(const char* triangle, const int* size, float* matrix, const int* stride, int* info);
}

namespace cineloom {
namespace {

// A step's product is this deep: memory traffic per flop falls with it, the serial inverse of its own block grows.
constexpr std::size_t kBlock = 384;
constexpr std::size_t kTile = 512;

/// Runs visit(0 .. count) on all threads as they come free; each index is one fixed piece of work.
template <class Visit>
void for_each_piece(std::size_t count, int threads, const Visit& visit) {
  std::atomic<std::size_t> next = 0;
  const auto workers = std::min(count, static_cast<std::size_t>(threads > 0 ? threads : available_cores()));
  parallel_for(
      workers,
      [&](std::size_t, std::size_t) {
        for (std::size_t piece = next++; piece < count; piece = next++) visit(piece);
      },
      static_cast<int>(workers));
}

void mirror(MatrixView matrix) {
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t column = 0; column < row; ++column) matrix.data[column * matrix.stride + row] = matrix.data[row * matrix.stride + column];
  }
}

/// A small block's inverse by LAPACK, which counts by columns: its upper triangle is our lower one.
Expected<void> invert_block(MatrixView matrix) {
  pin_blas();
  const int size = static_cast<int>(matrix.rows);
  const int stride = static_cast<int>(matrix.stride);
  int info = 0;
  spotrf_("U", &size, matrix.data, &stride, &info);
  if (info != 0) return fail(ErrorCode::InvalidArgument, "expected a positive definite matrix, found a pivot that is not positive");
  spotri_("U", &size, matrix.data, &stride, &info);
  if (info != 0) return fail(ErrorCode::InvalidArgument, "expected a positive definite matrix, found a zero on the factor's diagonal");
  mirror(matrix);
  return {};
}

/// The symmetric sweep (Beaton 1964) of one block p of rows and columns, on the lower triangle:
///   A_pp := -A_pp^-1,  A_ip := A_ip A_pp^-1,  A_ij := A_ij - A_ip A_pp^-1 A_pj.
/// After every block was swept the triangle is that of -A^-1. n^3 flops in all, nearly all in large products without an order.
class Sweep {
 public:
  Sweep(MatrixView matrix, int threads)
      : matrix_(matrix),
        threads_(threads),
        panel_(matrix.rows, std::min(kBlock, matrix.rows)),
        scaled_(panel_.rows(), panel_.columns()),
        tiles_((matrix.rows + kTile - 1) / kTile) {}

  Expected<void> block(std::size_t first) {
    first_ = first;
    width_ = std::min(kBlock, matrix_.rows - first);
    gather();
    const MatrixView own = matrix_.part(first, first, width_, width_);
    CINELOOM_TRY(invert_block(own));
    for_each_piece(tiles_, threads_,
                   [&](std::size_t tile) { multiply(1, rows_of(panel_, tile), Transpose::No, own, Transpose::No, 0, rows_of(scaled_, tile)); });
    for_each_piece(tiles_ * (tiles_ + 1) / 2, threads_, [&](std::size_t piece) { update(piece); });
    scatter();
    return {};
  }

 private:
  [[nodiscard]] MatrixView rows_of(Matrix& panel, std::size_t tile) const {
    return MatrixView(panel.data(), panel.rows(), width_, panel.columns()).part(tile * kTile, 0, std::min(kTile, matrix_.rows - tile * kTile), width_);
  }

  /// panel = A_ip for all rows; the block's own rows are zeros, so that updates leave them alone.
  void gather() {
    for_each_piece(tiles_, threads_, [&](std::size_t tile) {
      for (std::size_t row = tile * kTile; row < std::min(matrix_.rows, (tile + 1) * kTile); ++row) {
        float* to = panel_.data() + row * panel_.columns();
        for (std::size_t i = 0; i < width_; ++i) {
          to[i] = row < first_             ? matrix_.data[(first_ + i) * matrix_.stride + row]
                  : row >= first_ + width_ ? matrix_.data[row * matrix_.stride + first_ + i]
                                           : 0.0F;
        }
      }
    });
  }

  /// Pieces count the tiles of the lower triangle, row by row.
  void update(std::size_t piece) {
    auto row = static_cast<std::size_t>((std::sqrt(8.0 * static_cast<double>(piece) + 1) - 1) / 2);
    while ((row + 1) * (row + 2) / 2 <= piece) ++row;
    while (row * (row + 1) / 2 > piece) --row;
    const std::size_t column = piece - row * (row + 1) / 2;
    const MatrixView left = rows_of(panel_, row);
    const MatrixView right = rows_of(scaled_, column);
    multiply(-1, left, Transpose::No, right, Transpose::Yes, 1, matrix_.part(row * kTile, column * kTile, left.rows, right.rows));
  }

  void scatter() {
    for (std::size_t i = 0; i < width_; ++i) {
      float* own = matrix_.data + (first_ + i) * matrix_.stride;
      for (std::size_t column = 0; column < first_; ++column) own[column] = scaled_.at(column, i);
      for (std::size_t column = first_; column < first_ + width_; ++column) own[column] = -own[column];
    }
    for (std::size_t row = first_ + width_; row < matrix_.rows; ++row)
      std::copy_n(scaled_.row(row).data(), width_, matrix_.data + row * matrix_.stride + first_);
  }

  MatrixView matrix_;
  int threads_;
  Matrix panel_;
  Matrix scaled_;
  std::size_t tiles_;
  std::size_t first_ = 0;
  std::size_t width_ = 0;
};

}  // namespace

Expected<void> invert_positive_definite(MatrixView matrix, int threads, const CancelToken& cancel) {
  CINELOOM_ASSERT(matrix.rows == matrix.columns);
  Sweep sweep(matrix, threads);
  for (std::size_t first = 0; first < matrix.rows; first += kBlock) {
    CINELOOM_TRY(cancel.check());
    CINELOOM_TRY(sweep.block(first));
  }
  const std::size_t tiles = (matrix.rows + kTile - 1) / kTile;
  for_each_piece(tiles, threads, [&](std::size_t tile) {
    for (std::size_t row = tile * kTile; row < std::min(matrix.rows, (tile + 1) * kTile); ++row) {
      for (std::size_t column = 0; column <= row; ++column) {
        float& value = matrix.data[row * matrix.stride + column];
        value = -value;
        matrix.data[column * matrix.stride + row] = value;
      }
    }
  });
  return {};
}

}  // namespace cineloom
