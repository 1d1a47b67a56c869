#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cineloom {

/// One cell of a sparse matrix on its way in.
struct SparseCell {
  std::int32_t row = 0;
  std::int32_t column = 0;
  float value = 1;
};

/// Compressed sparse rows: the cells of row r are columns[begins[r] .. begins[r + 1]) and the same of `values`, columns
/// rising within a row, none twice.
struct SparseMatrix {
  std::int32_t column_count = 0;
  std::vector<std::size_t> begins{0};  ///< row count + 1 entries, rising
  std::vector<std::int32_t> columns;
  std::vector<float> values;

  /// Cells in any order; of cells at the same place the last given counts. Rows and columns must lie inside the shape.
  static SparseMatrix from_cells(std::span<const SparseCell> cells, std::int32_t rows, std::int32_t columns);

  [[nodiscard]] std::int32_t row_count() const { return static_cast<std::int32_t>(begins.size() - 1); }
  [[nodiscard]] std::size_t size() const { return columns.size(); }
  [[nodiscard]] std::size_t row_size(std::int32_t row) const { return begins[static_cast<std::size_t>(row) + 1] - begins[static_cast<std::size_t>(row)]; }
  [[nodiscard]] std::span<const std::int32_t> row_columns(std::int32_t row) const {
    return std::span(columns).subspan(begins[static_cast<std::size_t>(row)], row_size(row));
  }
  [[nodiscard]] std::span<const float> row_values(std::int32_t row) const {
    return std::span(values).subspan(begins[static_cast<std::size_t>(row)], row_size(row));
  }
  /// The same cells, by column.
  [[nodiscard]] SparseMatrix transposed() const;
};

}  // namespace cineloom
