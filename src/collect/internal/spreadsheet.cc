#include "collect/internal/spreadsheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <pugixml.hpp>

namespace cineloom::collect {
namespace {

constexpr std::size_t kMostRows = 1'000'000;
constexpr std::size_t kMostColumns = 16'384;

/// Adds the texts below a node: rich text comes in several runs.
void add_text(const pugi::xml_node& node, std::string& text) {
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = child.name();
    if (name == "t") text += child.text().get();
    else if (name == "r") add_text(child, text);
  }
}

/// "AB12" stands in column 28: 27 from 0.
std::size_t column_of(std::string_view reference, std::size_t otherwise) {
  std::size_t column = 0;
  for (const char letter : reference) {
    if (letter < 'A' || letter > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(letter - 'A') + 1;
    if (column > kMostColumns) return otherwise;
  }
  return column == 0 ? otherwise : column - 1;
}

Expected<pugi::xml_document> document_of(const SourceFile& file) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(file.content.data(), file.content.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (parsed) return document;
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{}: byte {}: expected XML: {}", file.name, parsed.offset, parsed.description()))
                             .advise("the workbook may be cut off: export it again"));
}

const SourceFile* part_named(std::span<const SourceFile* const> parts, std::string_view ending) {
  const auto found =
      std::ranges::find_if(parts, [&](const SourceFile* part) { return part->name == ending || part->name.ends_with("/" + std::string(ending)); });
  return found == parts.end() ? nullptr : *found;
}

Expected<std::vector<std::string>> shared_texts(std::span<const SourceFile* const> parts) {
  std::vector<std::string> texts;
  const SourceFile* part = part_named(parts, "sharedStrings.xml");
  if (part == nullptr) return texts;
  CINELOOM_TRY_ASSIGN(const pugi::xml_document document, document_of(*part));
  for (const pugi::xml_node& entry : document.first_element_by_path("sst").children("si")) add_text(entry, texts.emplace_back());
  return texts;
}

Expected<std::string> text_of(const pugi::xml_node& cell, const std::vector<std::string>& shared, const std::string& file) {
  const std::string_view type = cell.attribute("t").as_string();
  std::string text;
  if (type == "inlineStr") {
    add_text(cell.child("is"), text);
    return text;
  }
  text = cell.child("v").text().get();
  if (type != "s") return text;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && number < shared.size()) return shared[number];
  return fail(ErrorCode::InvalidArgument, fmt::format("{}: cell {}: there is no shared text '{}'", file, cell.attribute("r").as_string(), text));
}

Expected<std::vector<CsvRow>> rows_of(const SourceFile& part, const std::vector<std::string>& shared) {
  CINELOOM_TRY_ASSIGN(const pugi::xml_document document, document_of(part));
  std::vector<CsvRow> rows;
  for (const pugi::xml_node& row : document.first_element_by_path("worksheet/sheetData").children("row")) {
    if (rows.size() >= kMostRows) return fail(ErrorCode::ResourceExhausted, fmt::format("{}: there are more than {} rows", part.name, kMostRows));
    CsvRow& cells = rows.emplace_back();
    for (const pugi::xml_node& cell : row.children("c")) {
      const std::size_t column = column_of(cell.attribute("r").as_string(), cells.size());
      if (column >= cells.size()) cells.resize(column + 1);
      CINELOOM_TRY_ASSIGN(cells[column], text_of(cell, shared, part.name));
    }
  }
  return rows;
}

/// Where each sheet lies, by the number that the workbook gives it.
Expected<std::map<std::string, std::string>> targets_of(std::span<const SourceFile* const> parts) {
  std::map<std::string, std::string> targets;
  const SourceFile* relations = part_named(parts, "workbook.xml.rels");
  if (relations == nullptr) return targets;
  CINELOOM_TRY_ASSIGN(const pugi::xml_document document, document_of(*relations));
  for (const pugi::xml_node& relation : document.child("Relationships").children("Relationship"))
    targets[relation.attribute("Id").as_string()] = std::string(base_name(relation.attribute("Target").as_string()));
  return targets;
}

}  // namespace

bool is_workbook_part(const SourceFile& file) {
  const std::string_view start = std::string_view(file.content).substr(0, 1024);
  return start.contains("<?xml") && (start.contains("schemas.openxmlformats.org/") || start.contains("purl.oclc.org/ooxml"));
}

Expected<std::vector<Sheet>> read_workbook(std::span<const SourceFile* const> parts) {
  const SourceFile* workbook = part_named(parts, "workbook.xml");
  if (workbook == nullptr) return fail(ErrorCode::InvalidArgument, "the workbook has no list of sheets");
  CINELOOM_TRY_ASSIGN(const pugi::xml_document document, document_of(*workbook));
  CINELOOM_TRY_ASSIGN(const auto targets, targets_of(parts));
  CINELOOM_TRY_ASSIGN(const auto shared, shared_texts(parts));
  std::vector<Sheet> sheets;
  for (const pugi::xml_node& sheet : document.child("workbook").child("sheets").children("sheet")) {
    const auto target = targets.find(sheet.attribute("r:id").as_string());
    const SourceFile* part = target == targets.end() ? nullptr : part_named(parts, target->second);
    if (part == nullptr) continue;
    CINELOOM_TRY_ASSIGN(auto rows, rows_of(*part, shared));
    sheets.push_back({.name = sheet.attribute("name").as_string(), .rows = std::move(rows)});
  }
  return sheets;
}

}  // namespace cineloom::collect
