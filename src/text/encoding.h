#pragma once

#include <string>
#include <string_view>

namespace cineloom {

/// The encoding of a text's bytes: "UTF-8", "UTF-16LE", "UTF-16BE", "GB18030", "BIG5", or a name of uchardet's for others; empty if none fits.
/// A character that is cut off at the end does not count. The Unicode forms and Chinese are told by own tables; what is neither is left to
/// uchardet. Linear in the length of the text, of which the first megabyte decides.
std::string detect_encoding(std::string_view bytes);

}  // namespace cineloom
