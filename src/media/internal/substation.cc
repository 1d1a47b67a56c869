#include <vector>

#include "media/internal/subtitle_formats.h"

namespace cineloom {
namespace {

/// Which comma-separated field of a dialogue holds what; ASS and SSA share this order unless the file says otherwise.
struct Columns {
  std::size_t start = 1;
  std::size_t end = 2;
  std::size_t name = 4;
  std::size_t text = 9;
};

Columns columns_of(std::string_view format) {
  Columns columns;
  for (std::size_t column = 0; !format.empty(); ++column) {
    const auto comma = std::min(format.find(','), format.size());
    const std::string_view title = trim_cue_blanks(format.substr(0, comma));
    if (title == "Start") columns.start = column;
    if (title == "End") columns.end = column;
    if (title == "Name" || title == "Actor") columns.name = column;
    if (title == "Text") columns.text = column;
    format.remove_prefix(std::min(format.size(), comma + 1));
  }
  return columns;
}

/// \p1 and above switch to drawing: what follows are coordinates.
bool is_drawing(std::string_view text) {
  for (auto at = text.find("\\p"); at != std::string_view::npos; at = text.find("\\p", at + 2)) {
    if (at + 2 < text.size() && text[at + 2] >= '1' && text[at + 2] <= '9') return true;
  }
  return false;
}

void read_dialogue(std::string_view rest, const Columns& columns, CueSink& sink) {
  std::vector<std::string_view> fields;
  while (fields.size() < columns.text) {
    const auto comma = rest.find(',');
    if (comma == std::string_view::npos) return;
    fields.push_back(trim_cue_blanks(rest.substr(0, comma)));
    rest.remove_prefix(comma + 1);
  }
  if (columns.start >= fields.size() || columns.end >= fields.size() || is_drawing(rest)) return;
  const auto begin = take_clock_time(fields[columns.start]);
  const auto end = take_clock_time(fields[columns.end]);
  if (!begin || !end) return;
  sink.add({.begin = *begin, .end = *end}, rest, columns.name < fields.size() ? fields[columns.name] : std::string_view());
}

bool fits(std::string_view text) {
  const std::string_view head = text.substr(0, 4000);
  return head.contains("[Script Info]") || head.contains("[Events]");
}

void read(std::string_view text, CueSink& sink) {
  Columns columns;
  bool in_events = false;
  while (const auto line = take_line(text)) {
    if (line->starts_with('[')) in_events = line->starts_with("[Events]");
    if (in_events && line->starts_with("Format:")) columns = columns_of(line->substr(7));
    if (line->starts_with("Dialogue:")) read_dialogue(line->substr(9), columns, sink);
  }
}

}  // namespace

const SubtitleFormat kSubStation = {.name = "SubStation Alpha", .fits = fits, .read = read};

}  // namespace cineloom
