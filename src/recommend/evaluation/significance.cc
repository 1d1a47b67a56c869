#include "recommend/evaluation/significance.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "base/assert.h"
#include "base/thread_pool.h"

namespace cineloom {
namespace {

double shaped(double sum, double count, bool is_root) {
  const double mean = count > 0 ? sum / count : 0;
  return is_root ? std::sqrt(std::max(mean, 0.0)) : mean;
}

/// The statistic of `samples` draws of as many users as there are, with replacement, in rising order.
std::vector<double> resample(std::size_t users, const BootstrapOptions& options, const std::function<double(std::span<const std::uint32_t>)>& statistic) {
  std::vector<double> values(static_cast<std::size_t>(options.samples));
  parallel_for(values.size(), [&](std::size_t begin, std::size_t end) {
    std::vector<std::uint32_t> drawn(users);
    for (std::size_t sample = begin; sample < end; ++sample) {
      Random random(derive_seed(options.seed, sample));
      for (std::uint32_t& user : drawn) user = static_cast<std::uint32_t>(random.below(users));
      values[sample] = statistic(drawn);
    }
  });
  std::ranges::sort(values);
  return values;
}

Interval middle(const std::vector<double>& sorted) {
  const auto at = [&](double share) { return sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))]; };
  return {.low = at(0.025), .high = at(0.975)};
}

}  // namespace

double UserSums::mean() const { return shaped(std::accumulate(sums.begin(), sums.end(), 0.0), std::accumulate(counts.begin(), counts.end(), 0.0), is_root); }

UserSums sum_by_user(std::span<const std::int32_t> users, std::span<const double> values, bool is_root) {
  CINELOOM_ASSERT(users.size() == values.size());
  std::map<std::int32_t, std::pair<double, double>> by_user;
  for (std::size_t at = 0; at < users.size(); ++at) {
    auto& [sum, count] = by_user[users[at]];
    sum += values[at];
    ++count;
  }
  UserSums sums{.is_root = is_root};
  for (const auto& [user, pair] : by_user) {
    sums.sums.push_back(pair.first);
    sums.counts.push_back(pair.second);
  }
  return sums;
}

Interval bootstrap_interval(const UserSums& sums, const BootstrapOptions& options) {
  if (sums.sums.empty()) return {};
  return middle(resample(sums.sums.size(), options, [&](std::span<const std::uint32_t> users) {
    double sum = 0;
    double count = 0;
    for (const std::uint32_t user : users) {
      sum += sums.sums[user];
      count += sums.counts[user];
    }
    return shaped(sum, count, sums.is_root);
  }));
}

PairedDifference paired_bootstrap(const UserSums& a, const UserSums& b, const BootstrapOptions& options) {
  CINELOOM_ASSERT(a.sums.size() == b.sums.size());
  PairedDifference paired{.difference = a.mean() - b.mean()};
  if (a.sums.empty()) return paired;
  const auto differences = resample(a.sums.size(), options, [&](std::span<const std::uint32_t> users) {
    double sum_a = 0;
    double sum_b = 0;
    double count = 0;
    for (const std::uint32_t user : users) {
      sum_a += a.sums[user];
      sum_b += b.sums[user];
      count += a.counts[user];
    }
    return shaped(sum_a, count, a.is_root) - shaped(sum_b, count, b.is_root);
  });
  paired.interval = middle(differences);
  const auto not_above = std::ranges::count_if(differences, [](double value) { return value <= 0; });
  const auto not_below = std::ranges::count_if(differences, [](double value) { return value >= 0; });
  const double tail = static_cast<double>(std::min(not_above, not_below) + 1) / (options.samples + 1);
  paired.p = std::min(1.0, 2 * tail);
  return paired;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0UZ);
  std::ranges::stable_sort(order, {}, [&](std::size_t at) { return p[at]; });
  std::vector<double> corrected(p.size());
  double highest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    highest = std::max(highest, std::min(1.0, p[order[rank]] * static_cast<double>(order.size() - rank)));
    corrected[order[rank]] = highest;
  }
  return corrected;
}

}  // namespace cineloom
