#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "recommend/data/interactions.h"

namespace cineloom {

/// A trained model that ranks all items for somebody with a past. It folds the past in, so that it needs no training for
/// somebody new and knows the last event. Immutable once trained: any number of threads may ask.
/// Conformance is tested by recommend/testing/scorer_suite.h.
class Scorer {
 public:
  virtual ~Scorer() = default;

  /// The name `cineloom eval --models` takes: "ials", "ease", ...
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::int32_t items() const = 0;
  /// Writes a finite score for every item, higher is better, comparable within one call only. `history`: oldest first, items
  /// in [0, items()), may be empty. The past's own items are scored too; leaving them out is the ranking's work.
  virtual void score(std::span<const HistoryEntry> history, std::span<float> scores) const = 0;
};

/// Stars with their uncertainty.
struct RatingForecast {
  double stars = 0;
  double deviation = 0;  ///< standard deviation of a rating around it
};

}  // namespace cineloom
