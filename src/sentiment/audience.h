#pragma once

#include <span>

#include "domain/event.h"
#include "domain/knowledge.h"
#include "sentiment/feeling_sources.h"

namespace cineloom {

/// How the writers of reviews feel about a film, aspect by aspect; each clause counts for the aspects that it names: what stands behind
/// "but" is judged by itself. Chinese reviews must be in simplified characters.
AudienceOpinion audience_opinion(std::span<const Review> reviews, const FeelingSources& sources);

}  // namespace cineloom
