#pragma once

#include <string_view>

#include "domain/feeling.h"
#include "sentiment/lexicon.h"

namespace cineloom {

/// What a viewer's sentence, English or Chinese, says about them and about tonight: their feeling, and conditions on the
/// film (minutes, genres wanted and not, company, language). What they want to feel is not what they feel: "want to laugh"
/// speaks of the film. Every finding points to its words. An empty sentence gives uncertainty 1.
Mood read_mood(std::string_view sentence, const FeelingLexicon& lexicon);

}  // namespace cineloom
