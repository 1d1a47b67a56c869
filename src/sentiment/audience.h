#pragma once

#include <functional>
#include <optional>
#include <span>

#include "domain/event.h"
#include "domain/knowledge.h"
#include "sentiment/claims.h"
#include "sentiment/feeling_sources.h"

namespace cineloom {

/// Another reader of reviews, asked first; what it has nothing to say of is read by `FeelingSources`.
using ReviewClaimant = std::function<std::optional<ReviewClaims>(const Review&)>;

/// How the writers of reviews feel about a film, aspect by aspect; each clause counts for the aspects that it names: what stands behind
/// "but" is judged by itself. Chinese reviews must be in simplified characters.
AudienceOpinion audience_opinion(std::span<const Review> reviews, const FeelingSources& sources, const ReviewClaimant& claimant = {});

}  // namespace cineloom
