#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"

namespace cineloom {

struct CleanText {
  std::string text;      ///< UTF-8 in normal form C, without byte order mark or HTML, line ends LF
  std::string encoding;  ///< what the bytes were in: "UTF-8", "GB18030", "UTF-16LE", ...
};

/// Bytes of unknown encoding as UTF-8, without byte order mark and otherwise untouched. UTF-8 that was taken for Latin and
/// encoded again is recognised and decoded twice. Errors: as clean_text.
Expected<CleanText> decode_text(std::string_view bytes);

/// Bytes of unknown encoding as text for reading. UTF-8 and UTF-16 are recognised by their form, others by their statistics.
/// Errors: InvalidArgument if no encoding fits, or the text would hold NULs.
Expected<CleanText> clean_text(std::string_view bytes);

/// Text without HTML tags and with its entities resolved; what only looks like a tag ("a < b") stays.
std::string strip_html(std::string_view text);

}  // namespace cineloom
