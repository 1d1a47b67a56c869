#include "collect/internal/export_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json_text.h"

namespace cineloom::collect {
namespace {

constexpr std::size_t kRowsPerCheck = 1024;
constexpr std::size_t kLongestHeader = 8192;
constexpr std::size_t kLongestFirstObject = 65536;

std::string_view separator_of(std::string_view line) {
  constexpr std::array<std::string_view, 3> kSeparators = {",", ";", "\t"};
  return *std::ranges::max_element(kSeparators, {}, [&](std::string_view separator) { return std::ranges::count(line, separator.front()); });
}

std::string_view first_line(std::string_view content) {
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  return content.substr(0, std::min(content.find('\n'), kLongestHeader));
}

/// Where the object that begins the text ends; npos if it does not within the text.
std::size_t end_of_object(std::string_view text) {
  int depth = 0;
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (is_quoted) {
      if (letter == '\\') ++at;
      if (letter == '"') is_quoted = false;
      continue;
    }
    if (letter == '"') is_quoted = true;
    if (letter == '{' || letter == '[') ++depth;
    if ((letter == '}' || letter == ']') && --depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view ExportRow::first_of(std::initializer_list<std::string_view> columns) const {
  for (const std::string_view column : columns) {
    if (const std::string_view value = get(column); !value.empty()) return value;
  }
  return {};
}

std::string ExportRow::raw() const {
  std::string text = "{";
  for (std::size_t i = 0; i < header_.size() && i < row_.size(); ++i) {
    if (row_[i].empty()) continue;
    text += fmt::format("{}{}:{}", text.size() > 1 ? "," : "", json_string(header_[i]), json_string(row_[i]));
  }
  return text + "}";
}

std::unexpected<Error> ExportRow::wrong(std::string_view expected, std::string_view found) const {
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{}: expected {}, found '{}'", where_, expected, found.substr(0, 60)))
                             .advise("mend or remove the line, and import the file again"));
}

Expected<std::optional<double>> ExportRow::stars(std::string_view column, double top) const {
  const std::string_view text = get(column);
  if (text.empty()) return std::optional<double>();
  const auto number = parse_number(text);
  if (number && *number == 0) return std::optional<double>();
  const auto found = number ? stars_of(*number, top) : std::nullopt;
  if (!found) return wrong(fmt::format("a rating up to {}", top), text);
  return found;
}

Expected<std::optional<Timestamp>> ExportRow::time(std::string_view column, std::chrono::minutes zone) const {
  const std::string_view text = get(column);
  if (text.empty()) return std::optional<Timestamp>();
  const auto at = parse_time(text, zone);
  if (!at) return wrong("a date such as 2024-12-31", text);
  return at;
}

CsvRow header_of(std::string_view content) {
  const std::string_view line = first_line(content);
  CsvReader reader(line, separator_of(line));
  const auto row = reader.next();
  CsvRow header = row && *row ? **row : CsvRow();
  for (std::string& name : header) name = std::string(trim(name));
  return header;
}

bool has_columns(const SourceFile& file, std::initializer_list<std::string_view> columns) {
  const CsvRow header = header_of(file.content);
  return std::ranges::all_of(columns, [&](std::string_view column) { return std::ranges::find(header, column) != header.end(); });
}

Expected<void> for_each_export_row(const SourceFile& file, Encoding encoding, const CancelToken& cancel,
                                   const std::function<Expected<void>(const ExportRow&)>& take) {
  std::string converted;
  if (encoding == Encoding::Utf8) CINELOOM_TRY(require_utf8(file.name, file.content));
  if (encoding == Encoding::Latin1) converted = from_latin1(file.content);
  const std::string_view text = encoding == Encoding::Utf8 ? file.content : converted;
  const CsvRow header = header_of(text);
  const CsvColumns columns(header);
  CsvReader reader(text, separator_of(first_line(text)));
  CINELOOM_TRY_ASSIGN_IN(const auto first, reader.next(), file.name);
  for (std::size_t rows = 0;; ++rows) {
    if (rows % kRowsPerCheck == 0) CINELOOM_TRY(cancel.check());
    CINELOOM_TRY_ASSIGN_IN(const auto row, reader.next(), file.name);
    if (!row) return {};
    if (row->size() == 1 && row->front().empty()) continue;
    std::string where = fmt::format("{}: line {}", file.name, reader.line());
    if (row->size() < header.size()) {
      return std::unexpected(
          Error(ErrorCode::InvalidArgument, fmt::format("{}: expected {} fields as in the first line, found {}", where, header.size(), row->size()))
              .advise("the file may be cut off: export it again"));
    }
    CINELOOM_TRY(take(ExportRow(header, columns, *row, std::move(where))));
  }
}

std::optional<double> stars_of(double rating, double top) {
  if (!(rating > 0) || rating > top) return std::nullopt;
  return std::clamp(std::round(rating / top * 10) / 2, 0.5, 5.0);
}

std::string text_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string(std::string_view(value->get_string()));
  return boost::json::serialize(*value);
}

std::string text_at(const boost::json::object& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (std::string text = text_at(object, key); !text.empty()) return text;
  }
  return {};
}

std::optional<double> number_at(const boost::json::object& object, std::string_view key) { return parse_number(text_at(object, key)); }

const boost::json::object* object_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

bool is_true_at(const boost::json::object& object, std::string_view key) {
  const std::string text = text_at(object, key);
  return text == "true" || text == "True" || text == "1";
}

Expected<boost::json::value> json_of(const SourceFile& file) {
  std::string_view text = file.content;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  auto value = json::parse(text);
  if (!value) { return std::unexpected(std::move(value).error().in(file.name).advise("the file may be cut off: export it again")); }
  return value;
}

std::optional<boost::json::object> first_object(std::string_view content) {
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  std::string_view text = content.substr(0, kLongestFirstObject);
  while (!text.empty() && (text.front() == '[' || trim(text.substr(0, 1)).empty())) text.remove_prefix(1);
  if (!text.starts_with('{')) return std::nullopt;
  const auto value = json::parse(text.substr(0, end_of_object(text)));
  if (!value || !value->is_object()) return std::nullopt;
  return value->get_object();
}

}  // namespace cineloom::collect
