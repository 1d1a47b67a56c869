#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "fuse/internal/plain_lines.h"

namespace cineloom::fuse {

/// A heading as screenplays in the wild write it, with its scene number on one margin or both.
struct WildHeading {
  std::string text;    ///< empty = the line is no heading
  std::string number;
};
WildHeading wild_heading(std::string_view line);

/// "CUT TO:", "FADE OUT.", "DISSOLVE TO BLACK": an upper-case line that joins scenes.
bool is_wild_transition(std::string_view line);

/// An upper-case line that may name a speaker: short, no heading, no transition, none of the calls that look like names
/// ("THE END", "LATER", "TITLE").
bool may_name_speaker(std::string_view line);

/// The name in "MIRA: Where is the moon?"; empty if the line is none of a transcript.
std::string_view speaker_label(std::string_view line);

/// True if a line has the first or second person, a question or a call, as speech has and action seldom.
bool sounds_spoken(std::string_view line);

/// Where a file begins its lines.
struct PlainLayout {
  bool is_indented = false;  ///< names and speech stand apart from action; the columns below count
  std::size_t action = 0;
  std::size_t speech = 0;
  std::size_t name = 0;
  /// Names are often followed by an empty line.
  bool has_blank_behind_names = false;
  bool has_labels = false;  ///< a transcript: names stand before what they say, on one line
};

/// Finds the columns by what follows whom: the usual column of lines that look like names, of the lines behind them, and of
/// all others.
PlainLayout find_layout(std::span<const PlainLine> lines);

}  // namespace cineloom::fuse
