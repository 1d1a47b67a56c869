#pragma once

#include <string_view>

#include "base/expected.h"
#include "domain/screenplay.h"

namespace cineloom {

/// A screenplay read from text without marks, with how far the reading can be trusted.
struct PlainScript {
  Screenplay screenplay;
  double score = 0;        ///< 0 .. 1: headings, names and speech in the amounts screenplays have
  bool is_indented = false;
  bool has_html = false;
  bool is_double_spaced = false;
  int furniture = 0;       ///< page numbers, headers and (CONTINUED) that were dropped
};

/// Reads a screenplay as it is found in the wild: saved web pages, text of PDF files, typed with blanks or without. Columns
/// of names, speech and action are found from the file itself; without columns the upper-case grammar of Fountain is used.
/// Wrapped lines are joined. What is not understood is action. Linear time.
/// Errors: InvalidArgument for text that is not UTF-8, over 32 MiB, or without a scene and a speech: "no screenplay here".
Expected<PlainScript> parse_plain_script(std::string_view text);

}  // namespace cineloom
