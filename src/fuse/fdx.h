#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"
#include "domain/screenplay.h"

namespace cineloom {

/// Reads a Final Draft screenplay (FDX, versions 1 to 5 and files of other programs): paragraphs by their type, scene numbers,
/// dual dialogue, notes, summaries and title page. Document type definitions are never followed and entities of a file's own
/// never expanded. Spans are byte ranges of paragraphs where the file is UTF-8, else empty.
/// Errors: InvalidArgument for other XML, none at all, over 32 MiB or more than 64 elements deep, or without a paragraph.
Expected<Screenplay> parse_fdx(std::string_view bytes);

/// Writes a screenplay as FDX 5. Boneyards have no counterpart and are left out; sections become outlines, synopses summaries.
std::string write_fdx(const Screenplay& screenplay);

/// True if the bytes begin as a Final Draft file does, in UTF-8 or UTF-16.
bool looks_like_fdx(std::string_view bytes);

}  // namespace cineloom
