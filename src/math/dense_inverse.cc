#include "math/dense_inverse.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <span>
#include <vector>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "math/internal/product_kernels.h"

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
constexpr Cut kFine{.block = kSmall, .tile = 192};
constexpr Cut kCoarse{.block = 768, .tile = 768};
constexpr std::size_t kStair = 192;  // rows of a tile on the diagonal that reach equally far
static_assert(kStair % kPackedRows == 0 && kStair % kPackedColumns == 0 && kFine.tile % kStair == 0 && kCoarse.tile % kStair == 0);

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
        tiles_((matrix.rows + cut_.tile - 1) / cut_.tile),
        scaled_(matrix.rows, cut_.block),
        left_(tiles_ * cut_.tile * cut_.block),
        right_(left_.size()) {}

  [[nodiscard]] std::size_t blocks() const { return (matrix_.rows + cut_.block - 1) / cut_.block; }

  Expected<void> step(std::size_t block) {
    first_ = block * cut_.block;
    width_ = std::min(cut_.block, matrix_.rows - first_);
    for_each_piece(tiles_, threads_, [&](std::size_t tile) { gather(tile); });
    const MatrixView own = matrix_.part(first_, first_, width_, width_);
    CINELOOM_TRY(invert(own, 1, {}));
    own_.resize(cut_.block * (cut_.block + kPackedColumns));
    pack_right({.data = own.data, .row_step = own.stride, .column_step = 1}, width_, width_, own_.data());
    for_each_piece(tiles_, threads_, [&](std::size_t tile) { scale(tile); });
    for_each_piece(tiles_ * (tiles_ + 1) / 2, threads_, [&](std::size_t piece) { update(piece); });
    for_each_piece(tiles_, threads_, [&](std::size_t tile) { scatter(tile); });
    for (std::size_t i = 0; i < width_; ++i) {
      for (float& value : std::span(own.data + i * own.stride, width_)) value = -value;
    }
    return {};
  }

  /// The inverse, both triangles, from what the last step left: the lower one of its negative.
  void finish() {
    for_each_piece(tiles_, threads_, [&](std::size_t tile) {
      for (std::size_t row = begin_of(tile); row < end_of(tile); ++row) {
        for (std::size_t column = 0; column <= row; ++column) {
          float& value = matrix_.data[row * matrix_.stride + column];
          value = -value;
          matrix_.data[column * matrix_.stride + row] = value;
        }
      }
    });
  }

 private:
  using Packed = std::vector<float, CacheLineAllocator<float>>;

  [[nodiscard]] std::size_t begin_of(std::size_t tile) const { return tile * cut_.tile; }
  [[nodiscard]] std::size_t end_of(std::size_t tile) const { return std::min(matrix_.rows, begin_of(tile) + cut_.tile); }
  [[nodiscard]] float* part_of(Packed& side, std::size_t row) const { return side.data() + row * width_; }
  [[nodiscard]] MatrixView scaled(std::size_t tile) { return MatrixView(scaled_).part(begin_of(tile), 0, end_of(tile) - begin_of(tile), width_); }

  /// Whether a tile's rows are those of the block, which an update leaves alone.
  [[nodiscard]] bool is_own(std::size_t tile) const { return begin_of(tile) >= first_ && begin_of(tile) + cut_.tile <= first_ + cut_.block; }

  /// left = A_ip for a tile's rows; the block's own rows are zeros, so that updates leave them alone.
  void gather(std::size_t tile) {
    const MatrixView panel = scaled(tile);
    for (std::size_t row = begin_of(tile); row < end_of(tile); ++row) {
      float* to = panel.data + (row - begin_of(tile)) * panel.stride;
      for (std::size_t i = 0; i < width_; ++i) {
        to[i] = row < first_             ? matrix_.data[(first_ + i) * matrix_.stride + row]
                : row >= first_ + width_ ? matrix_.data[row * matrix_.stride + first_ + i]
                                         : 0.0F;
      }
    }
    pack_left({.data = panel.data, .row_step = panel.stride, .column_step = 1}, panel.rows, width_, part_of(left_, begin_of(tile)));
  }

  /// scaled = right = A_ip A_pp^-1 for a tile's rows.
  void scale(std::size_t tile) {
    const MatrixView panel = scaled(tile);
    for (std::size_t row = 0; row < panel.rows; ++row) std::fill_n(panel.data + row * panel.stride, width_, 0.0F);
    add_packed_product(1, part_of(left_, begin_of(tile)), own_.data(), width_, panel);
    pack_right({.data = panel.data, .row_step = 1, .column_step = panel.stride}, width_, panel.rows, part_of(right_, begin_of(tile)));
  }

  /// Pieces count the tiles of the lower triangle, row by row.
  void update(std::size_t piece) {
    auto row = static_cast<std::size_t>((std::sqrt(8.0 * static_cast<double>(piece) + 1) - 1) / 2);
    while ((row + 1) * (row + 2) / 2 <= piece) ++row;
    while (row * (row + 1) / 2 > piece) --row;
    const std::size_t column = piece - row * (row + 1) / 2;
    if (is_own(row) || is_own(column)) return;
    const std::size_t stair = row == column ? kStair : cut_.tile;
    for (std::size_t from = begin_of(row); from < end_of(row); from += stair) {
      const std::size_t to = std::min(end_of(row), from + stair);
      const std::size_t reach = row == column ? to : end_of(column);
      add_packed_product(-1, part_of(left_, from), part_of(right_, begin_of(column)), width_,
                         matrix_.part(from, begin_of(column), to - from, reach - begin_of(column)));
    }
  }

  /// A_ip of a tile's rows to its place in the lower triangle, turned where that is in the block's own rows.
  void scatter(std::size_t tile) {
    const MatrixView panel = scaled(tile);
    const std::size_t before = std::min(end_of(tile), std::max(begin_of(tile), first_));
    for (std::size_t i = 0; i < width_; ++i) {
      float* own = matrix_.data + (first_ + i) * matrix_.stride;
      for (std::size_t row = begin_of(tile); row < before; ++row) own[row] = panel.data[(row - begin_of(tile)) * panel.stride + i];
    }
    for (std::size_t row = std::max(begin_of(tile), first_ + width_); row < end_of(tile); ++row)
      std::copy_n(panel.data + (row - begin_of(tile)) * panel.stride, width_, matrix_.data + row * matrix_.stride + first_);
  }

  MatrixView matrix_;
  int threads_;
  Cut cut_;
  std::size_t tiles_;
  Matrix scaled_;
  Packed left_;   ///< the panel A_ip
  Packed right_;  ///< scaled_, turned
  Packed own_;    ///< A_pp^-1
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
