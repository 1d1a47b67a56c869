#include "feedback/off_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "math/distributions.h"

namespace cineloom {
namespace {

constexpr double kFewEffectiveActions = 50;
constexpr double kSmallEffectiveShare = 0.05;
constexpr std::size_t kFewClusters = 20;
constexpr double kDoubtfulDeviations = 3;

Expected<void> require_sound(const LoggedAction& action, std::size_t number) {
  const auto refuse = [number](std::string_view what) { return fail(ErrorCode::InvalidArgument, fmt::format("logged action {}: {}", number, what)); };
  if (!std::isfinite(action.reward)) return refuse("the reward is not finite");
  if (!(action.propensity > 0 && action.propensity <= 1))
    return refuse(fmt::format("expected a propensity above 0 and at most 1, found {}", action.propensity));
  if (!(action.target >= 0 && action.target <= 1)) return refuse(fmt::format("expected a target chance of 0 to 1, found {}", action.target));
  if (!std::isfinite(action.predicted) || !std::isfinite(action.predicted_value)) return refuse("a prediction is not finite");
  return {};
}

Expected<void> require_sound(std::span<const LoggedAction> log, const OffPolicyOptions& options) {
  if (!(options.confidence > 0 && options.confidence < 1) || !(options.clip > 0))
    return fail(ErrorCode::InvalidArgument, "expected a confidence between 0 and 1 and a clip above 0");
  if (options.bootstrap_samples < 100 || options.bootstrap_samples > 100'000)
    return fail(ErrorCode::InvalidArgument, "expected 100 to 100000 bootstrap samples");
  if (log.empty()) return fail(ErrorCode::InvalidArgument, "the log is empty");
  for (std::size_t i = 0; i < log.size(); ++i) { CINELOOM_TRY(require_sound(log[i], i)); }
  if (std::ranges::any_of(log, [](const LoggedAction& action) { return action.target > 0; })) return {};
  return fail(ErrorCode::InvalidArgument, "the policy in question takes none of the logged actions, so the log says nothing of it");
}

/// A cluster's part of the estimate: every method is sum of numerators / sum of denominators.
struct Part {
  double numerator = 0;
  double denominator = 0;
};

double weight_of(const LoggedAction& action, const OffPolicyOptions& options) {
  const double weight = action.target / action.propensity;
  return options.method == OffPolicyMethod::ClippedIps ? std::min(weight, options.clip) : weight;
}

Part part_of(const LoggedAction& action, const OffPolicyOptions& options) {
  const double weight = weight_of(action, options);
  switch (options.method) {
    case OffPolicyMethod::Ips:
    case OffPolicyMethod::ClippedIps: return {.numerator = weight * action.reward, .denominator = 1};
    case OffPolicyMethod::Snips: return {.numerator = weight * action.reward, .denominator = weight};
    case OffPolicyMethod::DoublyRobust: return {.numerator = action.predicted_value + weight * (action.reward - action.predicted), .denominator = 1};
  }
  return {};
}

std::vector<Part> parts_of(std::span<const LoggedAction> log, const OffPolicyOptions& options) {
  std::vector<std::pair<std::int64_t, Part>> all;
  all.reserve(log.size());
  for (const LoggedAction& action : log) all.emplace_back(action.cluster, part_of(action, options));
  std::ranges::stable_sort(all, {}, &std::pair<std::int64_t, Part>::first);
  std::vector<Part> parts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == 0 || all[i].first != all[i - 1].first) parts.emplace_back();
    parts.back().numerator += all[i].second.numerator;
    parts.back().denominator += all[i].second.denominator;
  }
  return parts;
}

double ratio_of(const Part& total) { return total.denominator > 0 ? total.numerator / total.denominator : 0; }

Part total_of(std::span<const Part> parts) {
  Part total;
  for (const Part& part : parts) {
    total.numerator += part.numerator;
    total.denominator += part.denominator;
  }
  return total;
}

// The delta method's variance of a ratio, from the clusters' residuals, with the usual correction for their number.
double standard_error(std::span<const Part> parts, double value, double denominator) {
  double squares = 0;
  for (const Part& part : parts) squares += std::pow(part.numerator - value * part.denominator, 2);
  const auto clusters = static_cast<double>(parts.size());
  return parts.size() < 2 ? 0 : std::sqrt(squares * clusters / (clusters - 1)) / denominator;
}

void bootstrap(std::span<const Part> parts, const OffPolicyOptions& options, OffPolicyEstimate& estimate) {
  Random random(options.seed);
  std::vector<double> values;
  for (int sample = 0; sample < options.bootstrap_samples; ++sample) {
    Part total;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[random.below(parts.size())];
      total.numerator += part.numerator;
      total.denominator += part.denominator;
    }
    values.push_back(ratio_of(total));
  }
  std::ranges::sort(values);
  const auto at = [&](double share) { return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))]; };
  estimate.low = at((1 - options.confidence) / 2);
  estimate.high = at((1 + options.confidence) / 2);
}

/// Fills what the weights say of the estimate's worth.
void judge_weights(std::span<const LoggedAction> log, const OffPolicyOptions& options, OffPolicyEstimate& estimate) {
  double sum = 0;
  double squares = 0;
  double raw_sum = 0;
  double raw_squares = 0;
  std::size_t clipped = 0;
  for (const LoggedAction& action : log) {
    const double raw = action.target / action.propensity;
    const double weight = weight_of(action, options);
    estimate.largest_weight = std::max(estimate.largest_weight, raw);
    clipped += weight < raw ? 1 : 0;
    sum += weight;
    squares += weight * weight;
    raw_sum += raw;
    raw_squares += raw * raw;
  }
  const auto actions = static_cast<double>(log.size());
  estimate.clipped_share = static_cast<double>(clipped) / actions;
  estimate.effective_actions = sum * sum / squares;
  const double mean = raw_sum / actions;
  const double error = std::sqrt(std::max(0.0, raw_squares / actions - mean * mean) / actions);
  if (estimate.effective_actions < kFewEffectiveActions || estimate.effective_actions < kSmallEffectiveShare * actions) {
    estimate.warnings.push_back(
        fmt::format("only {:.0f} of {} actions count: the policies are too unlike for this log", estimate.effective_actions, log.size()));
  }
  if (estimate.clusters < kFewClusters) estimate.warnings.push_back(fmt::format("only {} viewers: the interval is too narrow", estimate.clusters));
  // The weights' mean is 1 for true propensities and a log that holds every action the policy can take.
  if (std::abs(mean - 1) > kDoubtfulDeviations * error + 1e-9) {
    estimate.warnings.push_back(
        fmt::format("the weights' mean is {:.3f} instead of 1: propensities are wrong, or the policy takes actions that were never logged", mean));
  }
}

}  // namespace

Expected<OffPolicyEstimate> estimate_off_policy(std::span<const LoggedAction> log, const OffPolicyOptions& options) {
  CINELOOM_TRY(require_sound(log, options));
  const std::vector<Part> parts = parts_of(log, options);
  const Part total = total_of(parts);
  OffPolicyEstimate estimate{.value = ratio_of(total), .actions = log.size(), .clusters = parts.size(), .warnings = {}};
  estimate.standard_error = standard_error(parts, estimate.value, total.denominator);
  const double reach = normal_quantile((1 + options.confidence) / 2) * estimate.standard_error;
  estimate.low = estimate.value - reach;
  estimate.high = estimate.value + reach;
  if (options.interval == IntervalMethod::Bootstrap) bootstrap(parts, options, estimate);
  judge_weights(log, options, estimate);
  return estimate;
}

}  // namespace cineloom
