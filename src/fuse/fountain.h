#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"
#include "domain/screenplay.h"

namespace cineloom {

/// Reads a screenplay in Fountain (fountain.io/syntax), with forced elements, dual dialogue, sections, synopses, notes,
/// boneyard, lyrics, centred text, page breaks, scene numbers and title page. Time is linear in the text. Notes and boneyards
/// inside a line become elements behind the one they stand in.
/// Errors: InvalidArgument for text that is not UTF-8 or holds nothing.
Expected<Screenplay> parse_fountain(std::string_view text);

/// Writes a screenplay as Fountain. With the text it was parsed from, all that was not changed since is copied byte by byte:
/// an unchanged screenplay gives the same file. What is new or changed is written so that it is read back as the same
/// element, forced by its mark where needed. Dialogue without a name before it becomes action. Marks of notes and boneyards
/// inside other texts, and empty lines inside action, cannot be said in Fountain: they are read back as what they look like.
std::string write_fountain(const Screenplay& screenplay, std::string_view original = {});

}  // namespace cineloom
