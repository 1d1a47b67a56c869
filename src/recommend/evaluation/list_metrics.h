#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recommend/models/scorer.h"

namespace cineloom {

/// Features of items as sorted positions; empty where nothing is known.
using FeatureLists = std::vector<std::vector<std::int32_t>>;

/// What lists are held against beside hits.
struct ListContext {
  std::vector<double> information;     ///< by item: -log2 of the share of training users who know it, damped by one user
  std::vector<std::uint8_t> is_top;    ///< by item: one of the 100 that most training users know
  FeatureLists features;               ///< by item, or empty
  std::int32_t feature_count = 0;
};

/// `counts`: training users by item. `features`: by item, or empty.
ListContext make_list_context(std::span<const std::int32_t> counts, std::int32_t users, FeatureLists features, std::int32_t feature_count);

/// Mean information of the list's items, in bits; 0 for an empty list.
double novelty(std::span<const std::int32_t> list, const ListContext& context);
/// Share of the list among the 100 most popular.
double top_share(std::span<const std::int32_t> list, const ListContext& context);
/// 1 - mean cosine of the features of two items of the list; 0 for fewer than two items.
double diversity(std::span<const std::int32_t> list, const ListContext& context);
/// sum of p log2(p / ((1-e) q + e p)) over features, e = .01; p: shares of the history's features (each item's features share
/// one vote), q: of the list's. 0 without a history that has features.
double calibration_kl(std::span<const HistoryEntry> history, std::span<const std::int32_t> list, const ListContext& context);

/// Share of the items with `is_candidate` (empty = all) that were shown at least once. `shown`: how often, by item.
double coverage(std::span<const std::int64_t> shown, std::span<const std::uint8_t> is_candidate);
/// Gini's coefficient of how often candidates were shown; 0 if nothing was shown.
double gini(std::span<const std::int64_t> shown, std::span<const std::uint8_t> is_candidate);

}  // namespace cineloom
