#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/screenplay.h"
#include "domain/time.h"
#include "story/exports/exports.h"

namespace cineloom::story {

/// How long a text stands on a screen for people to read it: 17 letters a second, Han characters 5; 1 to 7 s for a cue.
FilmTime reading_time(std::string_view text);

/// How long the footage of a node lasts.
FilmTime footage_length(const StoryNode& node);

/// The way as cues that follow one another, at most 84 columns each on two lines. A node with footage lasts as long as that; the
/// others as long as people read. A choice that was taken stands behind its node as "▸ words".
std::vector<Cue> cues_of(const Story& story, const StoryWay& way);

/// How long a node lasts on the way, as in cues_of, without the choice behind it.
FilmTime length_of(const StoryNode& node);

}  // namespace cineloom::story
