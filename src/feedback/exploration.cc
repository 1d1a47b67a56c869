#include "feedback/exploration.h"

#include <fmt/format.h>

#include <cmath>

namespace cineloom {

Expected<double> exploration_scale(const ExplorationOptions& options) {
  if (!(options.budget >= 0 && options.budget <= 1)) {
    return fail(ErrorCode::InvalidArgument, fmt::format("an exploration budget: expected 0 to 1, found {}", options.budget));
  }
  if (options.evidence < 0 || !(options.half_evidence > 0) || !(options.deviation > 0) || !std::isfinite(options.deviation)) {
    return fail(ErrorCode::InvalidArgument, "exploration: evidence cannot be negative, its half and the deviation must be positive");
  }
  return options.budget * options.deviation * std::sqrt(options.half_evidence / (options.half_evidence + options.evidence));
}

Seed visit_seed(ViewerId viewer, Timestamp visit_begin) {
  const Seed own = derive_seed(Seed{0}, static_cast<std::uint64_t>(viewer.number()));
  return derive_seed(own, static_cast<std::uint64_t>(visit_begin.time_since_epoch().count()));
}

}  // namespace cineloom
