#include "recommend/data/content_basis.h"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"
#include "recommend/internal/content_likeness.h"

namespace cineloom {
namespace {

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Eigen::Index kSpare = 10;  // directions beside those asked for, so that the last ones settle too
constexpr int kRounds = 8;
constexpr Eigen::Index kMostSharpItems = 5000;  // 100 MB of likeness
constexpr double kLeastShare = 1e-9;  // of the largest variance; below it directions are rounding

void center(Dense& values) { values.rowwise() -= values.colwise().mean(); }

/// F F' values around the mean, F being `content`.
Dense through_features(const SparseMatrix& content, Dense values) {
  center(values);
  Dense features = Dense::Zero(content.column_count, values.cols());
  for (std::int32_t item = 0; item < content.row_count(); ++item) {
    for (std::size_t i = 0; i < content.row_size(item); ++i) {
      features.row(content.row_columns(item)[i]) += static_cast<double>(content.row_values(item)[i]) * values.row(item);
    }
  }
  Dense result = Dense::Zero(values.rows(), values.cols());
  for (std::int32_t item = 0; item < content.row_count(); ++item) {
    for (std::size_t i = 0; i < content.row_size(item); ++i) {
      result.row(item) += static_cast<double>(content.row_values(item)[i]) * features.row(content.row_columns(item)[i]);
    }
  }
  center(result);
  return result;
}

Dense through_likeness(const Eigen::MatrixXf& likeness, const Dense& values) {
  const Eigen::MatrixXf from = values.cast<float>();
  Eigen::MatrixXf result(values.rows(), values.cols());
  parallel_for(static_cast<std::size_t>(values.cols()), [&](std::size_t first, std::size_t last) {
    const auto begin = static_cast<Eigen::Index>(first);
    const auto count = static_cast<Eigen::Index>(last - first);
    result.middleCols(begin, count).noalias() = likeness * from.middleCols(begin, count);
  });
  return result.cast<double>();
}

Dense orthonormal(const Dense& values) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> decomposition(values);
  return decomposition.householderQ() * Eigen::MatrixXd::Identity(values.rows(), values.cols());
}

Dense first_guess(Eigen::Index rows, Eigen::Index columns, Seed seed) {
  Random random(derive_seed(seed, "content basis"));
  Dense values(rows, columns);
  for (Eigen::Index i = 0; i < values.size(); ++i) values.data()[i] = random.normal();
  return values;
}

}  // namespace

Matrix content_basis(const SparseMatrix& content, const ContentBasisOptions& options) {
  const Eigen::Index items = content.row_count();
  const bool is_sharp = options.sharpness > 0 && items <= kMostSharpItems;
  const Eigen::Index directions_there = is_sharp ? items : std::min<Eigen::Index>(items, content.column_count);
  const Eigen::Index width = std::min<Eigen::Index>(options.dimensions + kSpare, directions_there);
  if (width == 0 || content.size() == 0) return {static_cast<std::size_t>(items), 0};
  const Eigen::MatrixXf likeness = is_sharp ? content_likeness(content, options.sharpness) : Eigen::MatrixXf();
  const auto through = [&](const Dense& values) { return is_sharp ? through_likeness(likeness, values) : through_features(content, values); };
  Dense basis = orthonormal(first_guess(items, width, options.seed));
  for (int round = 0; round < kRounds; ++round) basis = orthonormal(through(basis));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> found(basis.transpose() * through(basis));
  const double largest = std::max(found.eigenvalues()[width - 1], 0.0);
  Eigen::Index kept = 0;
  while (kept < std::min<Eigen::Index>(width, options.dimensions) && found.eigenvalues()[width - 1 - kept] > kLeastShare * largest) ++kept;
  Dense directions = basis * found.eigenvectors().rowwise().reverse().leftCols(kept);
  for (Eigen::Index i = 0; i < kept; ++i) directions.col(i) *= std::pow(found.eigenvalues()[width - 1 - i], static_cast<double>(options.flattening));
  if (kept > 0) directions *= std::sqrt(static_cast<double>(items)) / directions.norm();
  Matrix result(static_cast<std::size_t>(items), static_cast<std::size_t>(kept));
  std::ranges::transform(std::span(directions.data(), static_cast<std::size_t>(directions.size())), result.values().begin(),
                         [](double value) { return static_cast<float>(value); });
  return result;
}

}  // namespace cineloom
