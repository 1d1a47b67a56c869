#pragma once

#include "base/random.h"
#include "recommend/models/scorer.h"

namespace cineloom {

/// Scores by lot, drawn from seed and history: what a ranking without knowledge reaches.
class RandomScorer final : public Scorer {
 public:
  RandomScorer(std::int32_t items, Seed seed) : items_(items), seed_(seed) {}

  [[nodiscard]] std::string_view name() const override { return "random"; }
  [[nodiscard]] std::int32_t items() const override { return items_; }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override {
    Seed seed = seed_;
    for (const HistoryEntry& entry : history) seed = derive_seed(seed, static_cast<std::uint64_t>(entry.item));
    Random random(seed);
    for (float& score : scores) score = static_cast<float>(random.uniform());
  }

 private:
  std::int32_t items_;
  Seed seed_;
};

}  // namespace cineloom
