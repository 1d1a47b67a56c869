#include "recommend/ranking/group.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace cineloom {
namespace {

double mean_of(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()); }

/// Sum of the `count` largest.
double best_sum(std::vector<double> values, std::size_t count) {
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(std::min(count, values.size()));
  std::partial_sort(values.begin(), end, values.end(), std::greater());
  return std::accumulate(values.begin(), end, 0.0);
}

}  // namespace

double group_worth(std::span<const double> each, GroupPolicy policy) {
  const double least = std::ranges::min(each);
  switch (policy) {
    case GroupPolicy::Average: return mean_of(each);
    case GroupPolicy::LeastMisery: return least;
    case GroupPolicy::Fair: break;
  }
  // The least happy one counts as much as the mean: nobody should suffer for two hours.
  return (mean_of(each) + least) / 2;
}

std::vector<double> satisfaction(std::span<const std::vector<double>> worth, std::span<const std::size_t> chosen) {
  std::vector<double> satisfied;
  for (const std::vector<double>& own : worth) {
    const auto places = static_cast<double>(chosen.size());
    const double middle = own.empty() ? 0 : places * mean_of(own);
    double given = 0;
    for (const std::size_t film : chosen) given += own[film];
    const double best = best_sum(own, chosen.size());
    satisfied.push_back(best - middle <= 1e-9 ? 1 : (given - middle) / (best - middle));
  }
  return satisfied;
}

double FairnessTerm::worth(std::size_t position) const {
  double value = 0;
  for (std::size_t member = 0; member < worth_.size(); ++member)
    value += (weights_[member] - 1 / static_cast<double>(worth_.size())) * worth_[member][position];
  return value;
}

void FairnessTerm::choose(std::size_t position) {
  chosen_.push_back(position);
  const std::vector<double> satisfied = satisfaction(worth_, chosen_);
  const double most = std::ranges::max(satisfied);
  double total = 0;
  for (std::size_t member = 0; member < weights_.size(); ++member) total += weights_[member] = 1 + most - satisfied[member];
  for (double& weight : weights_) weight /= total;
}

}  // namespace cineloom
