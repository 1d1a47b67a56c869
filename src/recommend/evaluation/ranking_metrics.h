#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cineloom {

/// The `count` best items by score, best first; equal scores by item number. Items for which `is_left_out` holds do not take
/// part. `scores` [items] finite; `is_left_out` [items], or empty = all take part.
std::vector<std::int32_t> best_items(std::span<const float> scores, std::span<const std::uint8_t> is_left_out, std::size_t count);

/// Hits among the first k over min(k, relevant): the recall of Liang et al. 2018. `relevant`: sorted items, at least one.
double recall_at(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant, std::size_t k);
/// Hits among the first k over all relevant: "full recall".
double full_recall_at(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant, std::size_t k);
/// sum of 1 / log2(rank + 1) over hits in the first k, over the same for a perfect list of min(k, relevant) hits.
double ndcg_at(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant, std::size_t k);
/// 1 / rank of the first hit, 0 without one.
double reciprocal_rank(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant);

}  // namespace cineloom
