#pragma once

#include <string>
#include <vector>

#include "recommend/models/cold_items.h"
#include "recommend/models/ials.h"

namespace cineloom {

/// Items with events by iALS, items without by what their features let expect, in the same space.
class ColdScorer final : public Scorer {
 public:
  /// `cold`: by item what is expected of it; without factors for items that have events.
  ColdScorer(Ials backbone, ColdItems model, std::vector<ColdItem> cold) : backbone_(std::move(backbone)), model_(std::move(model)), cold_(std::move(cold)) {}

  [[nodiscard]] std::string_view name() const override { return "cold"; }
  [[nodiscard]] std::int32_t items() const override { return backbone_.items(); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override {
    const auto row = backbone_.folding().fold_in(history);
    backbone_.folding().score(row, scores);
    for (std::size_t item = 0; item < scores.size(); ++item) {
      if (!cold_[item].factors.empty()) scores[item] = static_cast<float>(model_.score(row, cold_[item]));
    }
  }

 private:
  Ials backbone_;
  ColdItems model_;
  std::vector<ColdItem> cold_;
};

/// Features as descriptions: "genre: comedy" is the value "comedy" of the group "genre". Gives the groups in the order they appear.
std::vector<FeatureGroup> describe_items(std::span<const std::vector<std::int32_t>> features, std::span<const std::string> names,
                                         std::vector<ItemDescription>& descriptions);

}  // namespace cineloom
