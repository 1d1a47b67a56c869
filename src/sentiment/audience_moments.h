#pragma once

#include <span>
#include <vector>

#include "domain/event.h"
#include "domain/knowledge.h"
#include "sentiment/feeling_sources.h"

namespace cineloom {

/// Clauses of reviews that judge a stretch of the film: its beginning, an act, its ending, or a scene whose own words they use. What could
/// mean several scenes is left out. In film order; empty for a film without duration.
std::vector<AudienceMoment> audience_moments(std::span<const Review> reviews, const FeelingSources& sources, const Timeline& timeline, FilmTime duration);

/// Lays what an audience says of moments along the arc: at each point the mean of what is said of it and around it (Gaussian kernel of
/// `bandwidth`, a share of the running time), where at least `least` (>= 1) clauses speak of it.
void add_audience(Arc& arc, std::span<const AudienceMoment> moments, FilmTime duration, int least, double bandwidth = 0.06);

}  // namespace cineloom
