#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/expected.h"

namespace cineloom {

using CsvRow = std::vector<std::string>;

/// Reads rows of comma-separated values (RFC 4180): quoted fields may hold commas, doubled quotes and line ends.
/// Accepts LF and CRLF and a leading byte order mark.
class CsvReader {
 public:
  /// `text` must outlive the reader. `separator` has one or more characters ("," or "::").
  explicit CsvReader(std::string_view text, std::string_view separator = ",");

  /// The next row, nothing at the end. Errors: InvalidArgument for a quote that is never closed.
  Expected<std::optional<CsvRow>> next();
  /// Line on which the last row began, 1-based.
  [[nodiscard]] int line() const { return row_line_; }

 private:
  Expected<std::string> field();

  std::string_view rest_;
  std::string_view separator_;
  int line_ = 1;
  int row_line_ = 1;
};

/// Finds columns by the names in a header row.
class CsvColumns {
 public:
  explicit CsvColumns(const CsvRow& header);
  [[nodiscard]] bool has(std::string_view name) const;
  /// The row's value in the named column; empty if the column or the value is missing.
  [[nodiscard]] std::string_view get(const CsvRow& row, std::string_view name) const;

 private:
  std::unordered_map<std::string, std::size_t> positions_;
};

}  // namespace cineloom
