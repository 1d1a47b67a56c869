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

/// How a sweep is cut. A step's product is as deep as the block: memory traffic per flop falls with it, the inverse of the block
/// itself, which has to be there first, grows.
struct Cut {
  std::size_t block = 0;
  std::size_t tile = 0;
};
constexpr std::size_t kSmall = 96;  // inverted by LAPACK
constexpr Cut kFine{.block = kSmall, .tile = 256};
constexpr Cut kCoarse{.block = 768, .tile = 768};
constexpr std::size_t kStair = 256;  // rows of a tile on the diagonal that reach equally far

Cut cut_of(std::size_t size) { return size <= 2 * kCoarse.block ? kFine : kCoarse; }

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

Expected<void> invert(MatrixView matrix, int threads, const CancelToken& cancel);

/// A small inverse by LAPACK, which counts by columns: its upper triangle is our lower one.
Expected<void> invert_small(MatrixView matrix) {
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
        cut_(cut_of(matrix.rows)),
        panel_(matrix.rows, std::min(cut_.block, matrix.rows)),
        scaled_(panel_.rows(), panel_.columns()),
        tiles_((matrix.rows + cut_.tile - 1) / cut_.tile) {}

  [[nodiscard]] std::size_t blocks() const { return (matrix_.rows + cut_.block - 1) / cut_.block; }

  Expected<void> step(std::size_t block) {
    first_ = block * cut_.block;
    width_ = std::min(cut_.block, matrix_.rows - first_);
    gather();
    const MatrixView own = matrix_.part(first_, first_, width_, width_);
    CINELOOM_TRY(invert(own, 1, {}));
    for_each_piece(tiles_, threads_,
                   [&](std::size_t tile) { multiply(1, rows_of(panel_, tile), Transpose::No, own, Transpose::No, 0, rows_of(scaled_, tile)); });
    for_each_piece(tiles_ * (tiles_ + 1) / 2, threads_, [&](std::size_t piece) { update(piece); });
    scatter();
    return {};
  }

  /// The inverse, both triangles, from what the last step left: the lower one of its negative.
  void finish() {
    for_each_piece(tiles_, threads_, [&](std::size_t tile) {
      for (std::size_t row = tile * cut_.tile; row < std::min(matrix_.rows, (tile + 1) * cut_.tile); ++row) {
        for (std::size_t column = 0; column <= row; ++column) {
          float& value = matrix_.data[row * matrix_.stride + column];
          value = -value;
          matrix_.data[column * matrix_.stride + row] = value;
        }
      }
    });
  }

 private:
  [[nodiscard]] MatrixView rows_of(Matrix& panel, std::size_t tile) const {
    return MatrixView(panel.data(), panel.rows(), width_, panel.columns())
        .part(tile * cut_.tile, 0, std::min(cut_.tile, matrix_.rows - tile * cut_.tile), width_);
  }

  /// Whether a tile's rows are those of the block, which an update leaves alone.
  [[nodiscard]] bool is_own(std::size_t tile) const { return tile * cut_.tile >= first_ && tile * cut_.tile + cut_.tile <= first_ + cut_.block; }

  /// panel = A_ip for all rows; the block's own rows are zeros, so that updates leave them alone.
  void gather() {
    for_each_piece(tiles_, threads_, [&](std::size_t tile) {
      for (std::size_t row = tile * cut_.tile; row < std::min(matrix_.rows, (tile + 1) * cut_.tile); ++row) {
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
    if (is_own(row) || is_own(column)) return;
    const MatrixView left = rows_of(panel_, row);
    const MatrixView right = rows_of(scaled_, column);
    const std::size_t stair = row == column ? kStair : left.rows;
    for (std::size_t from = 0; from < left.rows; from += stair) {
      const std::size_t rows = std::min(stair, left.rows - from);
      const std::size_t reach = row == column ? from + rows : right.rows;
      multiply(-1, left.part(from, 0, rows, width_), Transpose::No, right.part(0, 0, reach, width_), Transpose::Yes, 1,
               matrix_.part(row * cut_.tile + from, column * cut_.tile, rows, reach));
    }
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
  Cut cut_;
  Matrix panel_;
  Matrix scaled_;
  std::size_t tiles_;
  std::size_t first_ = 0;
  std::size_t width_ = 0;
};

Expected<void> invert(MatrixView matrix, int threads, const CancelToken& cancel) {
  CINELOOM_TRY(cancel.check());
  if (matrix.rows <= kSmall) return invert_small(matrix);
  Sweep sweep(matrix, threads);
  for (std::size_t block = 0; block < sweep.blocks(); ++block) {
    CINELOOM_TRY(cancel.check());
    CINELOOM_TRY(sweep.step(block));
  }
  sweep.finish();
  return {};
}

}  // namespace

Expected<void> invert_positive_definite(MatrixView matrix, int threads, const CancelToken& cancel) {
  CINELOOM_ASSERT(matrix.rows == matrix.columns);
  return invert(matrix, threads, cancel);
}

}  // namespace cineloom
