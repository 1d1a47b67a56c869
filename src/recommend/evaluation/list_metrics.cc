#include "recommend/evaluation/list_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cineloom {
namespace {

constexpr std::size_t kTopItems = 100;
constexpr double kSmoothing = 0.01;

std::size_t common(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) {
  std::size_t count = 0;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    if (*left == *right) ++count, ++left, ++right;
    else if (*left < *right) ++left;
    else ++right;
  }
  return count;
}

double cosine(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) {
  if (a.empty() || b.empty()) return 0;
  return static_cast<double>(common(a, b)) / std::sqrt(static_cast<double>(a.size()) * static_cast<double>(b.size()));
}

void vote(const std::vector<std::int32_t>& features, std::vector<double>& shares) {
  for (const std::int32_t feature : features) shares[static_cast<std::size_t>(feature)] += 1 / static_cast<double>(features.size());
}

double total(const std::vector<double>& shares) { return std::accumulate(shares.begin(), shares.end(), 0.0); }

std::vector<std::int64_t> candidates_only(std::span<const std::int64_t> shown, std::span<const std::uint8_t> is_candidate) {
  std::vector<std::int64_t> kept;
  for (std::size_t item = 0; item < shown.size(); ++item) {
    if (is_candidate.empty() || is_candidate[item] != 0) kept.push_back(shown[item]);
  }
  return kept;
}

}  // namespace

ListContext make_list_context(std::span<const std::int32_t> counts, std::int32_t users, FeatureLists features, std::int32_t feature_count) {
  ListContext context{.features = std::move(features), .feature_count = feature_count};
  for (const std::int32_t count : counts) context.information.push_back(std::log2((users + 1.0) / (count + 1.0)));
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0UZ);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t item) { return counts[item]; });
  context.is_top.assign(counts.size(), 0);
  for (std::size_t at = 0; at < std::min(kTopItems, order.size()); ++at) context.is_top[order[at]] = 1;
  return context;
}

double novelty(std::span<const std::int32_t> list, const ListContext& context) {
  double sum = 0;
  for (const std::int32_t item : list) sum += context.information[static_cast<std::size_t>(item)];
  return list.empty() ? 0 : sum / static_cast<double>(list.size());
}

double top_share(std::span<const std::int32_t> list, const ListContext& context) {
  const auto count = std::ranges::count_if(list, [&](std::int32_t item) { return context.is_top[static_cast<std::size_t>(item)] != 0; });
  return list.empty() ? 0 : static_cast<double>(count) / static_cast<double>(list.size());
}

double diversity(std::span<const std::int32_t> list, const ListContext& context) {
  if (list.size() < 2 || context.features.empty()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (std::size_t j = i + 1; j < list.size(); ++j) {
      sum += cosine(context.features[static_cast<std::size_t>(list[i])], context.features[static_cast<std::size_t>(list[j])]);
    }
  }
  const auto size = static_cast<double>(list.size());
  return 1 - sum / (size * (size - 1) / 2);
}

double calibration_kl(std::span<const HistoryEntry> history, std::span<const std::int32_t> list, const ListContext& context) {
  if (context.features.empty()) return 0;
  std::vector<double> wanted(static_cast<std::size_t>(context.feature_count), 0);
  std::vector<double> given(wanted.size(), 0);
  for (const HistoryEntry& entry : history) vote(context.features[static_cast<std::size_t>(entry.item)], wanted);
  for (const std::int32_t item : list) vote(context.features[static_cast<std::size_t>(item)], given);
  const double wanted_total = total(wanted);
  const double given_total = std::max(total(given), 1e-12);
  if (wanted_total <= 0) return 0;
  double divergence = 0;
  for (std::size_t feature = 0; feature < wanted.size(); ++feature) {
    const double p = wanted[feature] / wanted_total;
    if (p <= 0) continue;
    divergence += p * std::log2(p / ((1 - kSmoothing) * given[feature] / given_total + kSmoothing * p));
  }
  return divergence;
}

double coverage(std::span<const std::int64_t> shown, std::span<const std::uint8_t> is_candidate) {
  const auto counts = candidates_only(shown, is_candidate);
  if (counts.empty()) return 0;
  const auto seen = std::ranges::count_if(counts, [](std::int64_t count) { return count > 0; });
  return static_cast<double>(seen) / static_cast<double>(counts.size());
}

double gini(std::span<const std::int64_t> shown, std::span<const std::uint8_t> is_candidate) {
  auto counts = candidates_only(shown, is_candidate);
  std::ranges::sort(counts);
  double weighted = 0;
  double sum = 0;
  for (std::size_t at = 0; at < counts.size(); ++at) {
    weighted += static_cast<double>(at + 1) * static_cast<double>(counts[at]);
    sum += static_cast<double>(counts[at]);
  }
  const auto size = static_cast<double>(counts.size());
  return sum > 0 ? 2 * weighted / (size * sum) - (size + 1) / size : 0;
}

}  // namespace cineloom
