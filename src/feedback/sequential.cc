#include "feedback/sequential.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assert.h"

namespace cineloom {
namespace {

// Weight of the Beta prior around the declared share: as if so many viewers had been split as declared. It sets which differences
// are found first; validity does not depend on it.
constexpr double kBinaryPrior = 100;
constexpr double kRatioPrior = 100;

}  // namespace

BinaryTest::BinaryTest(double second_share) : shares_{1 - second_share, second_share} { CINELOOM_ASSERT(second_share > 0 && second_share < 1); }

// One step of the Beta-binomial's predictive chance against the declared one.
void BinaryTest::toss(Coin& coin, Side side) const {
  const auto place = static_cast<std::size_t>(side);
  const double predicted = (kBinaryPrior * shares_[place] + coin.counts[place]) / (kBinaryPrior + coin.counts[0] + coin.counts[1]);
  coin.log_evidence += std::log(predicted / shares_[place]);
  ++coin.counts[place];
}

void BinaryTest::add(Side side, bool is_success) {
  toss(is_success ? yes_ : no_, side);
  greatest_ = std::max(greatest_, evidence());
}

double BinaryTest::evidence() const { return (std::exp(yes_.log_evidence) + std::exp(no_.log_evidence) + std::exp(yes_.log_evidence + no_.log_evidence)) / 3; }

double BinaryTest::p_value() const { return 1 / greatest_; }

DifferenceSequence::DifferenceSequence(const DifferenceOptions& options) : options_(options) {
  CINELOOM_ASSERT(options.alpha > 0 && options.alpha < 1 && options.effect > 0 && options.burn_in >= 2);
}

bool DifferenceSequence::is_warm() const {
  return std::ranges::all_of(sides_, [this](const Moments& side) { return side.count >= options_.burn_in; }) && spread().variance > 0;
}

DifferenceSequence::Spread DifferenceSequence::spread() const {
  Spread spread;
  double squares = 0;
  double freedom = 0;
  for (const Moments& side : sides_) {
    spread.variance += side.squares / (side.count - 1) / side.count;
    squares += side.squares;
    freedom += side.count - 1;
  }
  spread.mixture = options_.effect * options_.effect * squares / freedom;
  return spread;
}

void DifferenceSequence::add(Side side, double value) {
  CINELOOM_ASSERT(std::isfinite(value));
  Moments& moments = sides_[static_cast<std::size_t>(side)];
  ++moments.count;
  const double before = value - moments.mean;
  moments.mean += before / moments.count;
  moments.squares += before * (value - moments.mean);
  if (!is_warm()) return;
  const auto [variance, mixture] = spread();
  const double difference = sides_[1].mean - sides_[0].mean;
  const double log_ratio = 0.5 * std::log(variance / (variance + mixture)) + mixture * difference * difference / (2 * variance * (variance + mixture));
  least_p_ = std::min(least_p_, std::exp(-log_ratio));
}

DifferenceEstimate DifferenceSequence::estimate() const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  DifferenceEstimate estimate{.difference = sides_[1].mean - sides_[0].mean, .low = -kInfinity, .high = kInfinity, .p_value = least_p_};
  if (!is_warm()) return estimate;
  const auto [variance, mixture] = spread();
  const double reach = std::sqrt(2 * variance * (variance + mixture) / mixture * std::log(std::sqrt((variance + mixture) / variance) / options_.alpha));
  estimate.low = estimate.difference - reach;
  estimate.high = estimate.difference + reach;
  return estimate;
}

void RatioTest::add(std::size_t variant) {
  CINELOOM_ASSERT(variant < variants_.size());
  Variant& met = variants_[variant];
  log_evidence_ += std::log((kRatioPrior * met.share + met.count) / (kRatioPrior + count_) / met.share);
  ++met.count;
  ++count_;
  greatest_ = std::max(greatest_, std::exp(log_evidence_));
}

}  // namespace cineloom
