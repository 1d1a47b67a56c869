#include "math/posterior.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "base/assert.h"

namespace cineloom {
namespace {

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Square> view(const std::vector<double>& values, std::size_t size) {
  return {values.data(), static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(size)};
}

}  // namespace

Posterior::Posterior(std::span<const double> precision) : size_(precision.size()), precision_(size_ * size_, 0), target_(size_, 0), weights_(size_, 0) {
  for (std::size_t i = 0; i < size_; ++i) precision_[i * size_ + i] = precision[i];
}

void Posterior::update(std::span<const float> x, double y, double sign) {
  CINELOOM_ASSERT(x.size() == size_);
  for (std::size_t row = 0; row < size_; ++row) {
    const double scaled = sign * static_cast<double>(x[row]);
    for (std::size_t column = 0; column < size_; ++column) precision_[row * size_ + column] += scaled * static_cast<double>(x[column]);
    target_[row] += scaled * y;
  }
}

void Posterior::solve() {
  const Eigen::LLT<Square> cholesky(view(precision_, size_));
  CINELOOM_ASSERT(cholesky.info() == Eigen::Success);
  const Eigen::Map<const Eigen::VectorXd> target(target_.data(), static_cast<Eigen::Index>(size_));
  Eigen::Map<Eigen::VectorXd>(weights_.data(), static_cast<Eigen::Index>(size_)) = cholesky.solve(target);
  const Square lower = cholesky.matrixL();
  factor_.assign(lower.data(), lower.data() + lower.size());
}

double Posterior::predict(std::span<const float> x) const {
  double sum = 0;
  for (std::size_t i = 0; i < size_; ++i) sum += static_cast<double>(x[i]) * weights_[i];
  return sum;
}

double Posterior::variance(std::span<const float> x) const {
  Eigen::VectorXd column(static_cast<Eigen::Index>(size_));
  for (std::size_t i = 0; i < size_; ++i) column[static_cast<Eigen::Index>(i)] = static_cast<double>(x[i]);
  view(factor_, size_).triangularView<Eigen::Lower>().solveInPlace(column);
  return column.squaredNorm();
}

}  // namespace cineloom
