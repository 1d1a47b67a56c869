#pragma once

#include <span>

#include "domain/event.h"
#include "domain/knowledge.h"
#include "sentiment/lexicon.h"

namespace cineloom {

/// How the writers of reviews feel about a film, aspect by aspect; each clause counts for the aspects that it names.
AudienceOpinion audience_opinion(std::span<const Review> reviews, const FeelingLexicon& lexicon);

}  // namespace cineloom
