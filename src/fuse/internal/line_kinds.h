#pragma once

#include <string>
#include <string_view>

#include "domain/screenplay.h"

namespace cineloom::fuse {

/// Without blanks and tabs at its ends.
std::string_view trim_blanks(std::string_view text);

/// "INT. HOUSE", "ext house", "I/E. CAR": a line that opens a scene by its first word.
bool is_scene_heading(std::string_view bare);

/// A line without lower-case letters outside brackets and with at least one letter. Lines of scripts without case (Chinese)
/// count only if they are as short as a name and hold no punctuation.
bool is_upper_line(std::string_view bare);

/// An upper-case line that ends in "TO:".
bool is_transition(std::string_view bare);

/// An upper-case line that can name a speaker: "MIRA", "R2D2 (V.O.)", "TOBIN ^", but not "23" or "AND ^ (X)".
bool is_name_line(std::string_view bare);

/// Cuts "text #12A#" into text and scene number.
void take_scene_number(ScreenplayElement& heading);

/// Cuts "NAME (V.O.) (CONT'D) ^" into name, extension ("V.O., CONT'D") and the mark of dual dialogue.
void take_name_parts(ScreenplayElement& name);

}  // namespace cineloom::fuse
