#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/json.h"
#include "collect/csv.h"
#include "collect/internal/source_files.h"
#include "collect/internal/values.h"

namespace cineloom::collect {

/// What a table's bytes are where they are not UTF-8.
enum class Encoding { Utf8, Latin1 };

/// One row of a table with a header.
class ExportRow {
 public:
  ExportRow(const CsvRow& header, const CsvColumns& columns, const CsvRow& row, std::string where)
      : header_(header), columns_(columns), row_(row), where_(std::move(where)) {}

  [[nodiscard]] bool has(std::string_view column) const { return columns_.has(column); }
  /// Without blanks around it; empty where there is none.
  [[nodiscard]] std::string_view get(std::string_view column) const { return column.empty() ? std::string_view() : trim(columns_.get(row_, column)); }
  /// The first column of these that says anything.
  [[nodiscard]] std::string_view first_of(std::initializer_list<std::string_view> columns) const;
  /// "ratings.csv: line 7"
  [[nodiscard]] const std::string& where() const { return where_; }
  /// The row as a JSON object of its columns that say anything.
  [[nodiscard]] std::string raw() const;
  /// "ratings.csv: line 7: expected ..., found '...'"
  [[nodiscard]] std::unexpected<Error> wrong(std::string_view expected, std::string_view found) const;
  /// Stars from a rating of 1 (or 0.5) .. `top`; nothing for an empty or zero one, which mean unrated. Errors: InvalidArgument.
  [[nodiscard]] Expected<std::optional<double>> stars(std::string_view column, double top) const;
  /// Nothing for an empty one. Errors: InvalidArgument for what is no date.
  [[nodiscard]] Expected<std::optional<Timestamp>> time(std::string_view column, std::chrono::minutes zone = {}) const;

 private:
  const CsvRow& header_;
  const CsvColumns& columns_;
  const CsvRow& row_;
  std::string where_;
};

/// The names in a table's first line; the separator is the one of "," ";" tab that cuts it most.
CsvRow header_of(std::string_view content);
bool has_columns(const SourceFile& file, std::initializer_list<std::string_view> columns);

/// Calls `take` with every row behind the header. Errors: those of `take`; InvalidArgument with file and line for text in another
/// encoding, a quote that is never closed, and a row with fewer fields than the header; Cancelled.
Expected<void> for_each_export_row(const SourceFile& file, Encoding encoding, const CancelToken& cancel,
                                   const std::function<Expected<void>(const ExportRow&)>& take);

/// Stars from a rating with this highest value; nothing outside (0, top].
std::optional<double> stars_of(double rating, double top);

/// A member of a JSON object as text, whatever it is written as; empty where there is none.
std::string text_at(const boost::json::object& object, std::string_view key);
/// The first of several members that says anything.
std::string text_at(const boost::json::object& object, std::initializer_list<std::string_view> keys);
std::optional<double> number_at(const boost::json::object& object, std::string_view key);
const boost::json::object* object_at(const boost::json::object& object, std::string_view key);
/// True for true, "True", "true", "1" and 1.
bool is_true_at(const boost::json::object& object, std::string_view key);
/// The file as JSON. Errors: InvalidArgument with its name.
Expected<boost::json::value> json_of(const SourceFile& file);
/// The first JSON object of a text, if it begins with one (behind '[' too) that is whole within the first 64 KiB.
std::optional<boost::json::object> first_object(std::string_view content);

}  // namespace cineloom::collect
