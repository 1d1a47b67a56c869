#pragma once

#include <string>
#include <string_view>

namespace cineloom {

/// Text for XML and HTML, in elements and in quoted attributes: marks as entities, invalid UTF-8 as U+FFFD, and without the
/// characters that XML 1.0 has no way to write.
std::string escape_markup(std::string_view text);

/// The same text as valid UTF-8 without control characters but '\n': "\r\n" and "\r" become '\n', tabs become blanks.
std::string printable(std::string_view text);

/// printable() on one line: what divides lines becomes a blank, runs of blanks become one, none at the ends.
std::string one_line(std::string_view text);

}  // namespace cineloom
