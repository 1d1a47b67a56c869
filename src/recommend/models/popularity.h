#pragma once

#include <vector>

#include "recommend/models/scorer.h"

namespace cineloom {

/// Everybody gets what most have touched. The first baseline: a model that does not beat it has learned nothing.
class Popularity final : public Scorer {
 public:
  explicit Popularity(const Interactions& interactions);

  [[nodiscard]] std::string_view name() const override { return "popularity"; }
  [[nodiscard]] std::int32_t items() const override { return static_cast<std::int32_t>(counts_.size()); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;

 private:
  std::vector<float> counts_;
};

}  // namespace cineloom
