#pragma once

#include <string_view>

#include "base/expected.h"
#include "domain/screenplay.h"

namespace cineloom {

/// Reads a screenplay in Fountain (fountain.io/syntax), with forced elements, dual dialogue, sections, synopses, notes,
/// boneyard, lyrics, centred text, page breaks, scene numbers and title page. Time is linear in the text.
/// Errors: InvalidArgument for text that is not UTF-8 or holds nothing.
Expected<Screenplay> parse_fountain(std::string_view text);

}  // namespace cineloom
