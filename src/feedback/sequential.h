#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace cineloom {

/// Tests that may be looked at after every single viewer and stopped at will: the chance that a false alarm is ever seen is alpha.

/// Which side of a comparison a viewer is on.
enum class Side : std::size_t { First = 0, Second = 1 };

/// Whether a yes or no depends on the side. Exact for any numbers, without approximation: if it does not, the side of each yes is
/// a coin with the declared share, and so is that of each no; mixtures of Beta distributions over these coins are martingales
/// (Ville's inequality). The evidence is the mean of those of the yes, of the no, and of their product.
class BinaryTest {
 public:
  /// `second_share`: declared chance of the second side among the two, 0 < s < 1.
  explicit BinaryTest(double second_share);

  void add(Side side, bool is_success);
  /// How much likelier the outcomes are with a difference than without, now.
  [[nodiscard]] double evidence() const;
  /// Valid at any time, never rises: 1 / the greatest evidence so far.
  [[nodiscard]] double p_value() const;

 private:
  struct Coin {
    std::array<double, 2> counts{};
    double log_evidence = 0;
  };

  void toss(Coin& coin, Side side) const;

  std::array<double, 2> shares_;
  Coin yes_;
  Coin no_;
  double greatest_ = 1;
};

struct DifferenceEstimate {
  double difference = 0;  ///< mean of the second side - mean of the first
  double low = 0;         ///< bounds that hold at all times together with chance 1 - alpha; infinite while little is known
  double high = 0;
  double p_value = 1;     ///< never rises
};

struct DifferenceOptions {
  double alpha = 0.05;   ///< 0 < alpha < 1
  double effect = 0.1;   ///< difference the test is best at, in standard deviations of an outcome, > 0
  int burn_in = 50;      ///< outcomes of each side before anything is said, >= 2; the variance is estimated from them
};

/// The difference of two means with a confidence sequence: mixture sequential probability ratio test with a normal mixture
/// (Robbins 1970; Johari et al. 2017), variance estimated as it goes, so valid asymptotically: that is what burn_in is for.
class DifferenceSequence {
 public:
  explicit DifferenceSequence(const DifferenceOptions& options);

  /// `value` must be finite.
  void add(Side side, double value);
  [[nodiscard]] DifferenceEstimate estimate() const;
  [[nodiscard]] double mean(Side side) const { return sides_[static_cast<std::size_t>(side)].mean; }
  [[nodiscard]] int count(Side side) const { return sides_[static_cast<std::size_t>(side)].count; }

 private:
  /// Welford's running mean and sum of squares.
  struct Moments {
    int count = 0;
    double mean = 0;
    double squares = 0;
  };
  struct Spread {
    double variance = 0;  ///< of the difference of the means
    double mixture = 0;   ///< variance of the mixture
  };

  [[nodiscard]] bool is_warm() const;
  [[nodiscard]] Spread spread() const;

  DifferenceOptions options_;
  std::array<Moments, 2> sides_;
  double least_p_ = 1;
};

/// Whether viewers are split over variants as declared (sample ratio mismatch), looked at after every viewer: Dirichlet mixture
/// against the declared shares (Lindon and Malek 2022). Exact.
class RatioTest {
 public:
  /// As many shares as variants, each > 0, in all 1.
  template <class Shares>
  explicit RatioTest(const Shares& shares) {
    for (const double share : shares) variants_.push_back({.share = share});
  }

  void add(std::size_t variant);
  /// Never rises.
  [[nodiscard]] double p_value() const { return 1 / greatest_; }

 private:
  struct Variant {
    double share = 0;
    double count = 0;
  };

  std::vector<Variant> variants_;
  double count_ = 0;
  double log_evidence_ = 0;
  double greatest_ = 1;
};

}  // namespace cineloom
