#include "recommend/internal/content_likeness.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include "base/thread_pool.h"

namespace cineloom {
namespace {

constexpr float kLeastLength = 1e-6F;

SparseMatrix unit_rows(SparseMatrix content) {
  for (std::int32_t item = 0; item < content.row_count(); ++item) {
    const std::span row = std::span(content.values).subspan(content.begins[static_cast<std::size_t>(item)], content.row_size(item));
    const float length = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0F));
    for (float& value : row) value /= std::max(length, kLeastLength);
  }
  return content;
}

/// Writes a row into `dense` [features], or takes it away again.
void put(const SparseMatrix& rows, std::int32_t row, float share, std::span<float> dense) {
  const auto columns = rows.row_columns(row);
  const auto values = rows.row_values(row);
  for (std::size_t i = 0; i < columns.size(); ++i) dense[static_cast<std::size_t>(columns[i])] = share * values[i];
}

float product(const SparseMatrix& rows, std::int32_t row, std::span<const float> dense) {
  const auto columns = rows.row_columns(row);
  const auto values = rows.row_values(row);
  float sum = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) sum += values[i] * dense[static_cast<std::size_t>(columns[i])];
  return sum;
}

void center(Eigen::MatrixXf& likeness) {
  const Eigen::VectorXf means = likeness.colwise().mean();
  const float mean = means.mean();
  likeness.colwise() -= means;
  likeness.rowwise() -= (means.array() - mean).matrix().transpose();
}

}  // namespace

Eigen::MatrixXf content_likeness(const SparseMatrix& content, float sharpness) {
  const SparseMatrix rows = unit_rows(content);
  const std::int32_t items = rows.row_count();
  Eigen::MatrixXf likeness(items, items);
  parallel_for(static_cast<std::size_t>(items), [&](std::size_t first, std::size_t last) {
    std::vector<float> own(static_cast<std::size_t>(rows.column_count), 0);
    for (auto item = static_cast<std::int32_t>(first); item < static_cast<std::int32_t>(last); ++item) {
      put(rows, item, 1, own);
      for (std::int32_t other = 0; other < items; ++other) likeness(other, item) = std::exp(sharpness * product(rows, other, own));
      put(rows, item, 0, own);
    }
  });
  center(likeness);
  return likeness;
}

}  // namespace cineloom
