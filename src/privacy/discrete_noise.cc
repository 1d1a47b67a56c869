#include "privacy/discrete_noise.h"

#include <fmt/format.h>

namespace cineloom::privacy {
namespace {

using Wide = RandomIntegers::Wide;

constexpr std::uint64_t kWidestScale = 1ULL << 40U;
constexpr std::uint64_t kWidestDeviation = 1ULL << 24U;
// A proposal this many scales away has probability e^-200 and would be taken with e^-20000: turning it down keeps all squares in 128 bits.
constexpr std::uint64_t kFarthest = 200;

/// For numerator <= denominator: von Neumann's series, K is odd with probability e^-x.
bool is_rare_below_one(RandomIntegers& random, Wide numerator, Wide denominator) {
  std::uint64_t steps = 1;
  while (random.below_wide(denominator * steps) < numerator) ++steps;
  return steps % 2 == 1;
}

/// P(x) ~ e^-(x / scale) over 0, 1, 2, ...
std::uint64_t draw_geometric(RandomIntegers& random, std::uint64_t scale) {
  std::uint64_t fraction = 0;
  do { fraction = random.below(scale); } while (!is_rare_below_one(random, fraction, scale));
  std::uint64_t wholes = 0;
  while (is_rare_below_one(random, 1, 1)) ++wholes;
  return fraction + scale * wholes;
}

std::int64_t draw_laplace(RandomIntegers& random, std::uint64_t scale) {
  for (;;) {
    const bool is_negative = random.coin();
    const std::uint64_t magnitude = draw_geometric(random, scale);
    if (is_negative && magnitude == 0) continue;  // zero must not come twice
    return is_negative ? -static_cast<std::int64_t>(magnitude) : static_cast<std::int64_t>(magnitude);
  }
}

}  // namespace

bool is_exponentially_rare(RandomIntegers& random, Wide numerator, Wide denominator) {
  for (; numerator > denominator; numerator -= denominator) {
    if (!is_rare_below_one(random, 1, 1)) return false;
  }
  return is_rare_below_one(random, numerator, denominator);
}

Expected<DiscreteLaplace> DiscreteLaplace::with_scale(std::uint64_t scale) {
  if (scale < 1 || scale > kWidestScale)
    return fail(ErrorCode::InvalidArgument, fmt::format("the scale of discrete noise: expected 1 to 2^40, found {}", scale));
  return DiscreteLaplace(scale);
}

std::int64_t DiscreteLaplace::draw(RandomIntegers& random) const { return draw_laplace(random, scale_); }

Expected<DiscreteGaussian> DiscreteGaussian::with_deviation(std::uint64_t deviation) {
  if (deviation < 1 || deviation > kWidestDeviation) {
    return fail(ErrorCode::InvalidArgument, fmt::format("the deviation of discrete noise: expected 1 to 2^24, found {}", deviation));
  }
  return DiscreteGaussian(deviation);
}

// Discrete Laplace of scale t = deviation + 1, kept with e^-((|y| - s^2/t)^2 / 2 s^2) = e^-((|y| t - s^2)^2 / 2 s^2 t^2).
std::int64_t DiscreteGaussian::draw(RandomIntegers& random) const {
  const std::uint64_t scale = deviation_ + 1;
  const Wide variance = static_cast<Wide>(deviation_) * deviation_;
  for (;;) {
    const std::int64_t proposal = draw_laplace(random, scale);
    const auto magnitude = static_cast<std::uint64_t>(proposal < 0 ? -proposal : proposal);
    if (magnitude > kFarthest * scale) continue;
    const Wide product = static_cast<Wide>(magnitude) * scale;
    const Wide distance = product > variance ? product - variance : variance - product;
    if (is_exponentially_rare(random, distance * distance, 2 * variance * scale * scale)) return proposal;
  }
}

}  // namespace cineloom::privacy
