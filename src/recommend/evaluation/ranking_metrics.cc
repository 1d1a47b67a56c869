#include "recommend/evaluation/ranking_metrics.h"

#include <algorithm>
#include <cmath>

namespace cineloom {
namespace {

bool is_hit(std::span<const std::int32_t> relevant, std::int32_t item) { return std::ranges::binary_search(relevant, item); }

std::size_t hits_in(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant, std::size_t k) {
  const auto first = ranked.first(std::min(k, ranked.size()));
  return static_cast<std::size_t>(std::ranges::count_if(first, [&](std::int32_t item) { return is_hit(relevant, item); }));
}

double discount(std::size_t place) { return 1 / std::log2(static_cast<double>(place) + 2); }

}  // namespace

std::vector<std::int32_t> best_items(std::span<const float> scores, std::span<const std::uint8_t> is_left_out, std::size_t count) {
  std::vector<std::int32_t> items;
  items.reserve(scores.size());
  for (std::size_t item = 0; item < scores.size(); ++item) {
    if (is_left_out.empty() || is_left_out[item] == 0) items.push_back(static_cast<std::int32_t>(item));
  }
  const auto is_better = [&](std::int32_t a, std::int32_t b) {
    const float score_a = scores[static_cast<std::size_t>(a)];
    const float score_b = scores[static_cast<std::size_t>(b)];
    return score_a != score_b ? score_a > score_b : a < b;
  };
  const std::size_t kept = std::min(count, items.size());
  const auto end = items.begin() + static_cast<std::ptrdiff_t>(kept);
  if (kept < items.size()) std::nth_element(items.begin(), end, items.end(), is_better);
  std::sort(items.begin(), end, is_better);
  items.resize(kept);
  return items;
}

double recall_at(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant, std::size_t k) {
  return static_cast<double>(hits_in(ranked, relevant, k)) / static_cast<double>(std::min(k, relevant.size()));
}

double full_recall_at(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant, std::size_t k) {
  return static_cast<double>(hits_in(ranked, relevant, k)) / static_cast<double>(relevant.size());
}

double ndcg_at(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant, std::size_t k) {
  double gain = 0;
  for (std::size_t place = 0; place < std::min(k, ranked.size()); ++place) {
    if (is_hit(relevant, ranked[place])) gain += discount(place);
  }
  double ideal = 0;
  for (std::size_t place = 0; place < std::min(k, relevant.size()); ++place) ideal += discount(place);
  return gain / ideal;
}

double reciprocal_rank(std::span<const std::int32_t> ranked, std::span<const std::int32_t> relevant) {
  const auto hit = std::ranges::find_if(ranked, [&](std::int32_t item) { return is_hit(relevant, item); });
  return hit == ranked.end() ? 0 : 1 / static_cast<double>(hit - ranked.begin() + 1);
}

}  // namespace cineloom
