#include "fuse/internal/fountain_lines.h"

#include <algorithm>

#include "fuse/internal/line_kinds.h"

namespace cineloom::fuse {
namespace {

constexpr auto kNowhere = std::string_view::npos;

std::size_t line_end_length(std::string_view text, std::size_t at) { return text.substr(at).starts_with("\r\n") ? 2 : 1; }

bool is_line_end(char letter) { return letter == '\n' || letter == '\r'; }

/// True if the line that begins at `at` ends a note: it is empty, or holds a single blank.
bool is_empty_line(std::string_view text, std::size_t at) {
  const auto end = text.find_first_not_of(" \t", at);
  return (end == kNowhere || is_line_end(text[end])) && std::min(end, text.size()) - at < 2;
}

struct NoteEnd {
  bool is_closed = false;
  std::size_t at = 0;  ///< behind the note, or where it is certain that nothing closes it
};

NoteEnd end_of_note(std::string_view text, std::size_t open) {
  std::size_t at = open + 2;
  while (at < text.size()) {
    if (text.substr(at, 2) == "]]") return {.is_closed = true, .at = at + 2};
    if (!is_line_end(text[at])) {
      ++at;
      continue;
    }
    at += line_end_length(text, at);
    if (is_empty_line(text, at)) break;
  }
  return {.is_closed = false, .at = at};
}

}  // namespace

FountainLines::FountainLines(std::string_view source) : source_(source) {
  find_hidden();
  split();
}

void FountainLines::find_hidden() {
  std::size_t unclosed_note_until = 0;
  bool has_unclosed_boneyard = false;
  for (std::size_t at = 0; at + 1 < source_.size();) {
    const std::string_view mark = source_.substr(at, 2);
    if (mark == "/*" && !has_unclosed_boneyard) {
      const auto close = source_.find("*/", at + 2);
      has_unclosed_boneyard = close == kNowhere;
      if (!has_unclosed_boneyard) hidden.push_back({.kind = ElementKind::Boneyard, .span = {.begin = at, .end = close + 2}});
      at = has_unclosed_boneyard ? at + 2 : close + 2;
    } else if (mark == "[[" && at >= unclosed_note_until) {
      const NoteEnd end = end_of_note(source_, at);
      if (end.is_closed) hidden.push_back({.kind = ElementKind::Note, .span = {.begin = at, .end = end.at}});
      unclosed_note_until = end.is_closed ? 0 : end.at;
      at = end.is_closed ? end.at : at + 1;
    } else {
      ++at;
    }
  }
}

void FountainLines::split() {
  std::size_t begin = source_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  std::size_t first_hidden = 0;
  while (begin < source_.size()) {
    std::size_t next_hidden = first_hidden;
    std::size_t end = std::min(source_.find_first_of("\r\n", begin), source_.size());
    while (next_hidden < hidden.size() && hidden[next_hidden].span.begin < end) {
      const std::size_t behind = hidden[next_hidden++].span.end;
      if (behind > end) end = std::min(source_.find_first_of("\r\n", behind), source_.size());
    }
    add_line(begin, end, first_hidden, next_hidden);
    first_hidden = next_hidden;
    begin = end + (end < source_.size() ? line_end_length(source_, end) : 0);
  }
}

void FountainLines::add_line(std::size_t begin, std::size_t end, std::size_t first_hidden, std::size_t end_hidden) {
  std::string_view text = source_.substr(begin, end - begin);
  if (first_hidden < end_hidden) {
    std::string visible;
    std::size_t at = begin;
    for (std::size_t i = first_hidden; i < end_hidden; ++i) {
      visible.append(source_.substr(at, hidden[i].span.begin - at));
      at = hidden[i].span.end;
    }
    visible.append(source_.substr(at, end - at));
    text = joined_.emplace_back(std::move(visible));
  }
  lines.push_back({.text = text, .bare = trim_blanks(text), .span = {.begin = begin, .end = end}, .first_hidden = first_hidden, .end_hidden = end_hidden});
}

}  // namespace cineloom::fuse
