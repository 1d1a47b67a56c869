#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"
#include "domain/knowledge.h"
#include "domain/told_plot.h"
#include "story/schema.h"

/// Bibles that are given: by hand, from a premise, from an analysed film. What they leave open is chosen when the story is written.
namespace cineloom {

/// True where a bible says nothing.
bool is_empty(const Bible& bible);

/// Errors: InvalidArgument that names the fault: more than 256 people, places, things or facts; a name that is empty, longer than 80 bytes
/// or holds braces or line ends; a role that there is not, or twice; a fact that no event needs or changes; two facts that exclude one another.
Expected<void> check_bible(const Bible& bible, const SchemaLibrary& library);

/// The most important character is the hero; the one they talk with most and warmly the ally; the coldest the foe; the next the mentor. Places
/// are where the film begins, where it goes most, and where it comes to its climax; the thing is the first that somebody is said to have. Who
/// speaks in short lines beside the others has a terse voice, who speaks in long ones a talkative one. `file`: where the footage is, as what-if's
/// cuts name it; empty = there is none.
Bible bible_of_film(const FilmKnowledge& film, const std::string& file = {});

/// The first who does something is the hero; whom they fight, or who fights them, the foe; whom they help, or who helps them, the ally.
/// `text` is what the plot was read from; quotes are taken from it.
Bible bible_of_told_plot(const ToldPlot& plot, std::string_view text);

}  // namespace cineloom
