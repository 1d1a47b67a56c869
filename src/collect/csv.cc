#include "collect/csv.h"

#include <fmt/format.h>

#include <algorithm>

namespace cineloom {

CsvReader::CsvReader(std::string_view text, std::string_view separator) : rest_(text), separator_(separator) {
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

Expected<std::string> CsvReader::field() {
  std::string value;
  if (rest_.starts_with('"') && (separator_ == "," || separator_ == ";")) {
    rest_.remove_prefix(1);
    for (;;) {
      const auto quote = rest_.find('"');
      if (quote == std::string_view::npos) { return fail(ErrorCode::InvalidArgument, fmt::format("line {}: a quoted field is never closed", row_line_)); }
      value += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('"')) break;
      value += '"';
      rest_.remove_prefix(1);
    }
    line_ += static_cast<int>(std::ranges::count(value, '\n'));
  }
  const auto end = std::min(rest_.find(separator_), rest_.find('\n'));
  value += rest_.substr(0, end);
  rest_.remove_prefix(std::min(end, rest_.size()));
  if (value.ends_with('\r')) value.pop_back();
  return value;
}

Expected<std::optional<CsvRow>> CsvReader::next() {
  if (rest_.empty()) return std::optional<CsvRow>();
  row_line_ = line_;
  CsvRow row;
  for (;;) {
    CINELOOM_TRY_ASSIGN(std::string value, field());
    row.push_back(std::move(value));
    if (!rest_.starts_with(separator_)) break;
    rest_.remove_prefix(separator_.size());
  }
  if (rest_.starts_with('\n')) rest_.remove_prefix(1);
  ++line_;
  return std::optional(std::move(row));
}

CsvColumns::CsvColumns(const CsvRow& header) {
  for (std::size_t i = 0; i < header.size(); ++i) positions_.emplace(header[i], i);
}

bool CsvColumns::has(std::string_view name) const { return positions_.contains(std::string(name)); }

std::string_view CsvColumns::get(const CsvRow& row, std::string_view name) const {
  const auto found = positions_.find(std::string(name));
  if (found == positions_.end() || found->second >= row.size()) return {};
  return row[found->second];
}

}  // namespace cineloom
