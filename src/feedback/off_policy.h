#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/random.h"

namespace cineloom {

/// What a policy would have earned, estimated from the log of another one.

/// One logged action with all that estimates need.
struct LoggedAction {
  double reward = 0;           ///< finite
  double propensity = 1;       ///< chance that the logging policy takes the action, 0 < p <= 1
  double target = 0;           ///< chance that the policy in question takes the same action, 0 .. 1
  double predicted = 0;        ///< reward model's guess for this action; only for the doubly robust estimate
  double predicted_value = 0;  ///< mean of the reward model's guesses over the target policy's actions here; likewise
  std::int64_t cluster = 0;    ///< whose action it is: actions of one viewer are not independent of each other
};

enum class OffPolicyMethod {
  Ips,           ///< mean of w r, w = target / propensity (Horvitz and Thompson 1952)
  ClippedIps,    ///< the same with w at most `clip`: less variance, some bias towards 0
  Snips,         ///< sum w r / sum w (Swaminathan and Joachims 2015)
  DoublyRobust,  ///< mean of predicted_value + w (r - predicted) (Dudik et al. 2011)
};

enum class IntervalMethod {
  Asymptotic,  ///< normal, with the clusters' robust variance
  Bootstrap,   ///< percentiles over clusters drawn anew
};

struct OffPolicyOptions {
  OffPolicyMethod method = OffPolicyMethod::Snips;
  IntervalMethod interval = IntervalMethod::Asymptotic;
  double confidence = 0.95;    ///< of the interval, 0 < c < 1
  double clip = 10;            ///< for ClippedIps, > 0
  int bootstrap_samples = 1000; ///< 100 .. 100000
  Seed seed = 1;               ///< of the bootstrap
};

struct OffPolicyEstimate {
  double value = 0;                  ///< mean reward per action under the target policy
  double standard_error = 0;
  double low = 0;                    ///< of the interval
  double high = 0;
  std::size_t actions = 0;
  std::size_t clusters = 0;
  double effective_actions = 0;      ///< (sum w)^2 / sum w^2 of the weights in use
  double largest_weight = 0;         ///< before clipping
  double clipped_share = 0;          ///< of the actions
  std::vector<std::string> warnings; ///< why the estimate may not be believed; empty = no reason found
};

/// Errors: InvalidArgument for an empty log, values out of range (with the action's number), options out of range, or weights that
/// are all 0: the log says nothing of such a policy.
Expected<OffPolicyEstimate> estimate_off_policy(std::span<const LoggedAction> log, const OffPolicyOptions& options);

}  // namespace cineloom
