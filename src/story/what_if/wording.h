#pragma once

#include "story/what_if/repair.h"

namespace cineloom::what_if {

/// Why a happening is as it is now, with what it was changed by.
LocalText why(const FilmModel& model, const Outcome& outcome);

/// What stands in the telling: lines with their speaker. `actors` and `text` as they are now.
std::string told(const FilmModel& model, const Happening& happening, const std::vector<int>& actors, const std::string& text);

/// A short name of a happening, for facts and lists: the plot event's title, or the beginning of its words.
std::string label(const FilmModel& model, int happening);

}  // namespace cineloom::what_if
