#pragma once

#include "recommend/internal/taste.h"

namespace cineloom {

/// The blend behind the library's picks, asked about items of any domain: events are likes, features are genres. Without mood,
/// conditions and the other wishes of an evening.
class LibraryScorer final : public Scorer {
 public:
  explicit LibraryScorer(TasteModels models) : models_(std::move(models)) {}

  [[nodiscard]] std::string_view name() const override { return "library"; }
  [[nodiscard]] std::int32_t items() const override { return models_.items(); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override {
    Past past;
    for (const HistoryEntry& entry : history) {
      past.films.push_back({.item = entry.item, .is_liked = true, .liking = 1, .at = Timestamp(std::chrono::seconds(entry.time))});
    }
    const auto blended = Taste(models_, std::move(past)).scores();
    for (std::size_t item = 0; item < scores.size(); ++item) scores[item] = static_cast<float>(blended[item]);
  }

 private:
  TasteModels models_;
};

}  // namespace cineloom
