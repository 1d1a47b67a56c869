#include "recommend/models/row_products.h"

#include <Eigen/Core>

namespace cineloom {

void multiply_rows(const Matrix& rows, std::span<const float> vector, std::span<float> products) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Rows> left(rows.data(), static_cast<Eigen::Index>(rows.rows()), static_cast<Eigen::Index>(rows.columns()));
  const Eigen::Map<const Eigen::VectorXf> right(vector.data(), static_cast<Eigen::Index>(vector.size()));
  Eigen::Map<Eigen::VectorXf>(products.data(), left.rows()).noalias() = left * right;
}

}  // namespace cineloom
