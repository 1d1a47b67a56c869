#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "domain/event.h"
#include "math/sparse_matrix.h"
#include "recommend/data/interactions.h"
#include "recommend/data/past.h"
#include "recommend/data/sequences.h"

/// From viewers' events to what the models of taste learn from. Films are known by their positions in the library.
namespace cineloom::taste_data {

/// One per viewer who spoke of a film of the library, in the order in which they first did.
std::vector<Past> pasts_of(std::span<const Event> events, const std::unordered_map<FilmId, std::int32_t>& positions, WatchMeaning watching);
std::vector<Interaction> ratings_of(std::span<const Past> pasts);
/// [pasts, films], values 0 .. 1.
SparseMatrix liking_matrix(std::span<const Past> pasts, std::int32_t films);
/// What each viewer liked, in order of time.
Sequences liked_sequences(std::span<const Past> pasts, std::int32_t films);
/// By film: how many have seen it.
std::vector<double> seen_counts(std::span<const Past> pasts, std::size_t films);
/// Counts as shares of the largest, on a logarithmic scale.
std::vector<double> popularity_of(std::vector<double> counts);

}  // namespace cineloom::taste_data
