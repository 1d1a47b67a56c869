#pragma once

#include <optional>

#include "domain/event.h"

namespace cineloom {

/// Whether a number is a rating: 0.5 .. 5 stars.
constexpr bool are_stars(double number) { return number >= 0.5 && number <= 5; }

/// Whether a number is a share: 0 .. 1.
constexpr bool is_share(double number) { return number >= 0 && number <= 1; }

/// Whether both parts are in their ranges.
constexpr bool is_feeling(const Feeling& feeling) { return feeling.valence >= -1 && feeling.valence <= 1 && is_share(feeling.arousal); }

/// Whether events of this kind have such values: stars that must be there, a share that may be missing; what the others have says nothing.
constexpr bool is_value_of(EventKind kind, const std::optional<double>& value) {
  if (kind == EventKind::Rate) return value && are_stars(*value);
  return kind != EventKind::Abandon || !value || is_share(*value);
}

}  // namespace cineloom
