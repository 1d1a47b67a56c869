#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/text.h"

namespace cineloom::fuse {

/// A line of a screenplay as it is found in the wild, made plain.
struct PlainLine {
  std::string text;        ///< without blanks at its ends
  std::size_t column = 0;  ///< where it begins; tabs lead to multiples of eight
  Span span;               ///< in the source
  bool is_furniture = false;  ///< page number, header or "CONTINUED": no part of the story
  bool is_more = false;       ///< "(MORE)": the speech goes on behind the page's end
  [[nodiscard]] bool is_blank() const { return text.empty(); }
};

struct PlainText {
  std::vector<PlainLine> lines;
  bool has_html = false;
  bool is_double_spaced = false;
  int furniture = 0;
};

/// Lines of a text without HTML, scripts, comments and page furniture. Any line ends (LF, CRLF, CR, NEL, form feed), no-break
/// blanks, tabs, and Windows-1252 quotes that were read as Latin-1 are made plain; double spacing is taken out. Linear time.
PlainText read_plain_lines(std::string_view text);

}  // namespace cineloom::fuse
