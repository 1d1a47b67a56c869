#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "domain/screenplay.h"

namespace cineloom::fuse {

/// A [[note]] or a boneyard, as it stands in the text, marks included.
struct HiddenText {
  ElementKind kind = ElementKind::Note;
  Span span;
};

/// A line as a reader sees it: what is hidden is taken out, and a line end inside it does not count.
struct FountainLine {
  std::string_view text;         ///< visible part
  std::string_view bare;         ///< without blanks around it
  Span span;                     ///< in the source, hidden parts included, without the line end
  std::size_t first_hidden = 0;  ///< index into FountainLines::hidden
  std::size_t end_hidden = 0;
};

/// A Fountain text cut into lines, in linear time whatever is left open in it. A boneyard that is not closed, and a note that
/// is not closed before the next empty line, are plain text. Borrows the source.
class FountainLines {
 public:
  explicit FountainLines(std::string_view source);
  FountainLines(const FountainLines&) = delete;
  FountainLines& operator=(const FountainLines&) = delete;

  std::vector<HiddenText> hidden;
  std::vector<FountainLine> lines;

 private:
  void find_hidden();
  void split();
  void add_line(std::size_t begin, std::size_t end, std::size_t first_hidden, std::size_t end_hidden);

  std::string_view source_;
  std::deque<std::string> joined_;  ///< visible text of lines with a hole
};

}  // namespace cineloom::fuse
