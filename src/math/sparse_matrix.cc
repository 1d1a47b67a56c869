#include "math/sparse_matrix.h"

#include "base/assert.h"

namespace cineloom {
namespace {

/// Turns counts of rows, one place up, into where rows begin.
void sum_up(std::vector<std::size_t>& begins) {
  for (std::size_t row = 1; row < begins.size(); ++row) begins[row] += begins[row - 1];
}

}  // namespace

SparseMatrix SparseMatrix::transposed() const {
  SparseMatrix other{.column_count = row_count(), .begins = std::vector<std::size_t>(static_cast<std::size_t>(column_count) + 1, 0)};
  other.columns.resize(size());
  other.values.resize(size());
  for (const std::int32_t column : columns) ++other.begins[static_cast<std::size_t>(column) + 1];
  sum_up(other.begins);
  std::vector<std::size_t> next(other.begins.begin(), other.begins.end() - 1);
  for (std::int32_t row = 0; row < row_count(); ++row) {
    for (std::size_t at = begins[static_cast<std::size_t>(row)]; at < begins[static_cast<std::size_t>(row) + 1]; ++at) {
      const std::size_t place = next[static_cast<std::size_t>(columns[at])]++;
      other.columns[place] = row;
      other.values[place] = values[at];
    }
  }
  return other;
}

// Two stable passes, by column and then by row, leave each row sorted; of equal places the last given comes last.
SparseMatrix SparseMatrix::from_cells(std::span<const SparseCell> cells, std::int32_t rows, std::int32_t columns) {
  SparseMatrix by_column{.column_count = rows, .begins = std::vector<std::size_t>(static_cast<std::size_t>(columns) + 1, 0)};
  by_column.columns.resize(cells.size());
  by_column.values.resize(cells.size());
  for (const SparseCell& cell : cells) {
    CINELOOM_ASSERT(cell.row >= 0 && cell.row < rows && cell.column >= 0 && cell.column < columns);
    ++by_column.begins[static_cast<std::size_t>(cell.column) + 1];
  }
  sum_up(by_column.begins);
  std::vector<std::size_t> next(by_column.begins.begin(), by_column.begins.end() - 1);
  for (const SparseCell& cell : cells) {
    const std::size_t place = next[static_cast<std::size_t>(cell.column)]++;
    by_column.columns[place] = cell.row;
    by_column.values[place] = cell.value;
  }
  const SparseMatrix with_twins = by_column.transposed();
  SparseMatrix matrix{.column_count = columns, .begins = {0}};
  matrix.columns.reserve(cells.size());
  matrix.values.reserve(cells.size());
  for (std::int32_t row = 0; row < rows; ++row) {
    const auto row_columns = with_twins.row_columns(row);
    for (std::size_t i = 0; i < row_columns.size(); ++i) {
      if (i + 1 < row_columns.size() && row_columns[i + 1] == row_columns[i]) continue;
      matrix.columns.push_back(row_columns[i]);
      matrix.values.push_back(with_twins.row_values(row)[i]);
    }
    matrix.begins.push_back(matrix.columns.size());
  }
  return matrix;
}

}  // namespace cineloom
