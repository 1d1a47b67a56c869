#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace cineloom {

/// One metric of one model, summed by user: a user's cases (over seeds too) stand and fall together in the bootstrap.
struct UserSums {
  std::vector<double> sums;    ///< by user
  std::vector<double> counts;  ///< cases by user; the same for every model compared
  bool is_root = false;        ///< the metric is the root of the mean (rmse)

  [[nodiscard]] double mean() const;
};

/// `users` and `values` by case; both of the same length. Users come in rising order of position.
UserSums sum_by_user(std::span<const std::int32_t> users, std::span<const double> values, bool is_root);

struct Interval {
  double low = 0;
  double high = 0;
};

struct BootstrapOptions {
  int samples = 2000;  ///< >= 100
  Seed seed = 1;
};

/// 95 % percentile interval of the metric under drawing users anew.
Interval bootstrap_interval(const UserSums& sums, const BootstrapOptions& options);

/// The difference of two models' metric on the same users.
struct PairedDifference {
  double difference = 0;  ///< a - b
  Interval interval;      ///< 95 %
  double p = 1;           ///< two-sided: twice the share of samples on the other side of zero, at least 2 / (samples + 1)
};
/// Same seed, same bytes, for any thread count.
PairedDifference paired_bootstrap(const UserSums& a, const UserSums& b, const BootstrapOptions& options);

/// Holm's correction (1979): the p values as a family, in the order given; each at least its own and at most 1.
std::vector<double> holm(std::span<const double> p);

}  // namespace cineloom
