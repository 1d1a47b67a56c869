#include "recommend/models/rating_probit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace cineloom {
namespace {

constexpr double kReach = 8;
constexpr int kStepsPerUnit = 256;

/// Phi on a fine grid.
const std::vector<double>& cdf_table() {
  static const std::vector<double> table = [] {
    std::vector<double> values;
    for (int step = 0; step <= static_cast<int>(2 * kReach) * kStepsPerUnit + 1; ++step) {
      values.push_back(0.5 * std::erfc(-(static_cast<double>(step) / kStepsPerUnit - kReach) / std::numbers::sqrt2));
    }
    return values;
  }();
  return table;
}

double exact_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }
double density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi); }

template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) {
  double sum = 0;
  for (const double coefficient : coefficients) sum = sum * x + coefficient;
  return sum;
}

constexpr std::array kCentreAbove{-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                                  1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
constexpr std::array kCentreBelow{-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1.0};
constexpr std::array kTailAbove{-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                                -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
constexpr std::array kTailBelow{7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1.0};
constexpr double kTail = 0.02425;

/// A standard normal drawn from beyond `from` > 0 (Robert 1995).
double draw_tail(double from, Random& random) {
  const double rate = (from + std::sqrt(from * from + 4)) / 2;
  for (;;) {
    const double x = from - std::log(1 - random.uniform()) / rate;
    if (random.uniform() <= std::exp(-0.5 * (x - rate) * (x - rate))) return x;
  }
}

/// Standard normal in [low, high], exact far out in a tail too.
double draw_normal_between(double low, double high, Random& random) {
  constexpr double kFar = 4;
  if (low > kFar || high < -kFar) {
    const double sign = low > 0 ? 1 : -1;
    const double near = low > 0 ? low : -high;
    const double far = low > 0 ? high : -low;
    return sign * std::min(draw_tail(near, random), far);
  }
  const double from = normal_cdf(low);
  const double to = normal_cdf(high);
  const double p = std::clamp(from + (to - from) * random.uniform(), 1e-12, 1 - 1e-12);
  return std::clamp(quick_normal_quantile(p), low, high);
}

/// Scores counted by level and narrow bin.
class Binned {
 public:
  Binned(std::span<const float> scores, std::span<const std::uint8_t> levels, std::size_t count) : counts_(count, std::vector<double>(kBins, 0)) {
    for (std::size_t at = 0; at < scores.size(); ++at) {
      const double place = (static_cast<double>(scores[at]) + kReach) * kBins / (2 * kReach);
      counts_[levels[at]][static_cast<std::size_t>(std::clamp(place, 0.0, kBins - 1.0))] += 1;
    }
  }

  struct Slope {
    double likelihood = 0;
    Eigen::VectorXd gradient;
    Eigen::MatrixXd information;  ///< minus the second derivative
  };
  [[nodiscard]] Slope slope(const Eigen::VectorXd& cuts) const {
    const Eigen::Index size = cuts.size();
    Slope slope{.gradient = Eigen::VectorXd::Zero(size), .information = Eigen::MatrixXd::Zero(size, size)};
    for (std::size_t level = 0; level < counts_.size(); ++level) {
      for (std::size_t bin = 0; bin < kBins; ++bin) {
        if (counts_[level][bin] > 0)
          add(slope, cuts, static_cast<Eigen::Index>(level), (static_cast<double>(bin) + 0.5) * 2 * kReach / kBins - kReach, counts_[level][bin]);
      }
    }
    return slope;
  }

 private:
  static constexpr std::size_t kBins = 1024;

  /// `count` scores of the same place that fell between cuts level - 1 and level.
  static void add(Slope& slope, const Eigen::VectorXd& cuts, Eigen::Index level, double score, double count) {
    const bool has_upper = level < cuts.size();
    const bool has_lower = level > 0;
    const double upper = has_upper ? cuts[level] - score : 0;
    const double lower = has_lower ? cuts[level - 1] - score : 0;
    const double mass = std::max((has_upper ? exact_cdf(upper) : 1) - (has_lower ? exact_cdf(lower) : 0), 1e-30);
    const double up = has_upper ? density(upper) / mass : 0;
    const double down = has_lower ? density(lower) / mass : 0;
    slope.likelihood += count * std::log(mass);
    if (has_upper) {
      slope.gradient[level] += count * up;
      slope.information(level, level) += count * (up * upper + up * up);
    }
    if (has_lower) {
      slope.gradient[level - 1] -= count * down;
      slope.information(level - 1, level - 1) += count * (down * down - down * lower);
    }
    if (has_upper && has_lower) {
      slope.information(level, level - 1) -= count * up * down;
      slope.information(level - 1, level) -= count * up * down;
    }
  }

  std::vector<std::vector<double>> counts_;
};

bool is_rising(const Eigen::VectorXd& values) {
  for (Eigen::Index at = 1; at < values.size(); ++at) {
    if (values[at] <= values[at - 1]) return false;
  }
  return true;
}

}  // namespace

double normal_cdf(double x) {
  if (x <= -kReach) return 0;
  if (x >= kReach) return 1;
  const double place = (x + kReach) * kStepsPerUnit;
  const auto step = static_cast<std::size_t>(place);
  const double share = place - static_cast<double>(step);
  const std::vector<double>& table = cdf_table();
  return table[step] + share * (table[step + 1] - table[step]);
}

double quick_normal_quantile(double p) {
  if (p < kTail || p > 1 - kTail) {
    const double q = std::sqrt(-2 * std::log(std::min(p, 1 - p)));
    const double x = polynomial(kTailAbove, q) / polynomial(kTailBelow, q);
    return p < kTail ? x : -x;
  }
  const double q = p - 0.5;
  const double r = q * q;
  return polynomial(kCentreAbove, r) * q / polynomial(kCentreBelow, r);
}

RatingForecast expected_level(std::span<const float> levels, std::span<const double> cuts, double score) {
  const double lowest = static_cast<double>(levels[0]);
  double above = 0;  // mean of level - lowest
  double squares = 0;
  for (std::size_t cut = 0; cut < cuts.size(); ++cut) {
    const double share = normal_cdf(score - cuts[cut]);
    const double low = static_cast<double>(levels[cut]) - lowest;
    const double high = static_cast<double>(levels[cut + 1]) - lowest;
    above += (high - low) * share;
    squares += (high * high - low * low) * share;
  }
  return {.stars = lowest + above, .deviation = std::sqrt(std::max(0.0, squares - above * above))};
}

std::vector<double> draw_cut_points(std::span<const double> cuts, std::span<const float> scores, std::span<const std::uint8_t> levels, Random& random) {
  const auto size = static_cast<Eigen::Index>(cuts.size());
  if (size == 0) return {};
  const Binned binned(scores, levels, cuts.size() + 1);
  const Eigen::VectorXd old = Eigen::Map<const Eigen::VectorXd>(cuts.data(), size);
  Eigen::VectorXd top = old;
  constexpr int kNewtonSteps = 3;
  for (int step = 0; step < kNewtonSteps; ++step) {
    const Binned::Slope slope = binned.slope(top);
    const Eigen::VectorXd next = top + slope.information.ldlt().solve(slope.gradient);
    if (!next.allFinite() || !is_rising(next)) break;
    top = next;
  }
  const Binned::Slope at_top = binned.slope(top);
  const Eigen::LLT<Eigen::MatrixXd> root(at_top.information);
  if (root.info() != Eigen::Success) return {cuts.begin(), cuts.end()};
  Eigen::VectorXd noise(size);
  for (double& value : noise) value = random.normal();
  const Eigen::VectorXd proposed = top + root.matrixU().solve(noise);
  if (!is_rising(proposed)) return {cuts.begin(), cuts.end()};
  const auto log_proposal = [&](const Eigen::VectorXd& at) { return -0.5 * (at - top).dot(at_top.information * (at - top)); };
  const double gain = binned.slope(proposed).likelihood - binned.slope(old).likelihood + log_proposal(old) - log_proposal(proposed);
  const Eigen::VectorXd& chosen = std::log(1 - random.uniform()) < gain ? proposed : old;
  return {chosen.begin(), chosen.end()};
}

float draw_between(std::span<const double> cuts, std::size_t level, float score, Random& random) {
  constexpr double kEndless = 1e9;
  const double low = level > 0 ? cuts[level - 1] - static_cast<double>(score) : -kEndless;
  const double high = level < cuts.size() ? cuts[level] - static_cast<double>(score) : kEndless;
  return static_cast<float>(draw_normal_between(low, high, random));
}

}  // namespace cineloom
