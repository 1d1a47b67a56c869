#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story/what_if/change.h"

namespace cineloom::what_if {

/// What a happening says when somebody else does it; nothing if that cannot be said (they are in it already, or are the one it is done to).
std::optional<std::string> with_another(const FilmModel& model, const Happening& happening, int before, int now);

/// The text with one name in the place of another.
std::string with_name(const FilmModel& model, std::string_view text, int before, int now);

/// Whether a text means a character, by name or by a pronoun that can only be theirs in the scene.
bool means(const FilmModel& model, std::string_view text, int scene, int character);

/// The sentences without those that mean the character or go on about them; nothing if too little is left to stand alone.
std::optional<std::string> without_sentences_about(const FilmModel& model, const Happening& happening, int character);

/// Whether a line is no question, says "you" to nobody and leans on nothing.
bool begins_anew(std::string_view line);

/// Whether a line can be said to nobody: it also asks nothing of anybody.
bool can_stand_alone(std::string_view line);

/// "Mira does not blow the first flame out."; for what is no event of the plot, that it does not come to it.
LocalText undone(const FilmModel& model, const Happening& happening);

/// The text with things of another time in the place of those that the time does not know; nothing if it names none.
std::optional<std::string> in_era(std::string_view text, Era era);

}  // namespace cineloom::what_if
