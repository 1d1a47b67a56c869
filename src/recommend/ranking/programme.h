#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

namespace cineloom {

/// The best `count` films that fit an evening together: exactly `count` positions whose minutes sum to at most `limit` with the
/// greatest sum of scores, by score; empty if no such set exists. Exact (dynamic programming over minutes);
/// O(films * count * limit) steps. `minutes` > 0 each.
std::vector<std::size_t> best_programme(std::span<const double> scores, std::span<const std::chrono::minutes> minutes, std::size_t count,
                                        std::chrono::minutes limit);

}  // namespace cineloom
