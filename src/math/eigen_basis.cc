#include "math/eigen_basis.h"

#include <algorithm>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "math/blas.h"

extern "C" {
void dsyevd_(const char* job, const char* triangle, const int* size, double* matrix, const int* stride, double* values, double* work, const int* work_size,
             int* whole_work, const int* whole_work_size, int* info);
}

namespace cineloom {
namespace {

constexpr std::size_t kRowsPerBlock = 1024;  // floats of one sign lose some 3 of their 7 digits over more
constexpr std::size_t kPieces = 16;

void add_gram(const Matrix& rows, std::size_t first, std::size_t last, std::vector<double>& sum) {
  const std::size_t size = rows.columns();
  Matrix block(size, size);
  for (std::size_t begin = first; begin < last; begin += kRowsPerBlock) {
    const ConstMatrixView part = ConstMatrixView(rows).part(begin, 0, std::min(kRowsPerBlock, last - begin), size);
    multiply(1, part, Transpose::Yes, part, Transpose::No, 0, block);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(block.values()[i]);
  }
}

}  // namespace

std::vector<double> gram_of(const Matrix& rows, int threads) {
  const std::size_t size = rows.columns();
  std::vector<std::vector<double>> sums(kPieces, std::vector<double>(size * size, 0));
  parallel_for(
      kPieces,
      [&](std::size_t first, std::size_t last) {
        for (std::size_t piece = first; piece < last; ++piece) {
          add_gram(rows, rows.rows() * piece / kPieces, rows.rows() * (piece + 1) / kPieces, sums[piece]);
        }
      },
      threads);
  for (std::size_t piece = 1; piece < kPieces; ++piece) {
    for (std::size_t i = 0; i < size * size; ++i) sums[0][i] += sums[piece][i];
  }
  return std::move(sums[0]);
}

EigenBasis eigen_basis(std::span<const double> gram, std::size_t size) {
  CINELOOM_ASSERT(gram.size() == size * size);
  pin_blas();
  std::vector<double> vectors(gram.begin(), gram.end());
  std::vector<double> values(size);
  const int order = static_cast<int>(size);
  double room = 0;
  int whole_room = 0;
  int info = 0;
  int ask = -1;
  dsyevd_("V", "U", &order, vectors.data(), &order, values.data(), &room, &ask, &whole_room, &ask, &info);
  std::vector<double> work(static_cast<std::size_t>(room));
  std::vector<int> whole_work(static_cast<std::size_t>(whole_room));
  const int work_size = static_cast<int>(room);
  dsyevd_("V", "U", &order, vectors.data(), &order, values.data(), work.data(), &work_size, whole_work.data(), &whole_room, &info);
  CINELOOM_ASSERT(info == 0);
  EigenBasis basis{.vectors = Matrix(size, size)};
  for (std::size_t i = 0; i < size; ++i) {
    basis.values.push_back(static_cast<float>(std::max(0.0, values[i])));
    for (std::size_t row = 0; row < size; ++row) basis.vectors.at(row, i) = static_cast<float>(vectors[i * size + row]);  // LAPACK counts by columns
  }
  return basis;
}

void rotate(Matrix& rows, const Matrix& vectors, int threads) {
  const std::size_t size = rows.columns();
  const std::size_t blocks = (rows.rows() + kRowsPerBlock - 1) / kRowsPerBlock;
  parallel_for(
      blocks,
      [&](std::size_t first, std::size_t last) {
        Matrix turned(kRowsPerBlock, size);
        for (std::size_t block = first; block < last; ++block) {
          const std::size_t begin = block * kRowsPerBlock;
          const std::size_t count = std::min(kRowsPerBlock, rows.rows() - begin);
          const MatrixView target = MatrixView(turned).part(0, 0, count, size);
          multiply(1, ConstMatrixView(rows).part(begin, 0, count, size), Transpose::No, vectors, Transpose::No, 0, target);
          std::ranges::copy(turned.values().first(count * size), rows.values().begin() + static_cast<std::ptrdiff_t>(begin * size));
        }
      },
      threads);
}

}  // namespace cineloom
