#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"
#include "text/source_map.h"

namespace cineloom {

struct CleanText {
  std::string text;      ///< UTF-8 in normal form C, without byte order mark or HTML, line ends LF
  std::string encoding;  ///< what the bytes were in: "UTF-8", "GB18030", "UTF-16LE", ...
  SourceMap source;      ///< which of those bytes each part of the text came from
};

/// Which characters count as the same: those that look alike (C), or also those that mean the same, such as full-width letters (KC).
enum class NormalForm { C, KC };

/// Bytes of unknown encoding as UTF-8, without byte order mark and otherwise untouched. UTF-8 that was taken for Latin and
/// encoded again is recognised and decoded twice. Errors: as clean_text.
Expected<CleanText> decode_text(std::string_view bytes);

/// Bytes of unknown encoding as text for reading. UTF-8 and UTF-16 are recognised by their form, others by their statistics.
/// Errors: InvalidArgument if no encoding fits, or the text would hold NULs.
Expected<CleanText> clean_text(std::string_view bytes, NormalForm form = NormalForm::C);

/// Text without HTML tags and with its entities resolved; what only looks like a tag ("a < b") stays.
std::string strip_html(std::string_view text);
/// The same, with where each part came from.
MappedText strip_html_mapped(std::string_view text);

}  // namespace cineloom
