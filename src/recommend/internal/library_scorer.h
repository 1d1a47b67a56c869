#pragma once

#include "recommend/internal/next_weight.h"
#include "recommend/internal/taste.h"

namespace cineloom {

/// When the library is asked, as far as a past tells.
enum class Asked { Later, InTheVisit };

/// The blend behind the library's picks, asked about items of any domain: events are likes, features are genres. Without mood,
/// conditions and the other wishes of an evening. Asked in the visit of the last event, the order of its likes counts too.
class LibraryScorer final : public Scorer {
 public:
  LibraryScorer(TasteModels models, Asked asked) : models_(std::move(models)), asked_(asked) {}

  [[nodiscard]] std::string_view name() const override { return asked_ == Asked::Later ? "library" : "library-visit"; }
  [[nodiscard]] std::int32_t items() const override { return models_.items(); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override {
    Past past;
    for (const HistoryEntry& entry : history) {
      past.films.push_back({.item = entry.item, .is_liked = true, .liking = 1, .at = Timestamp(std::chrono::seconds(entry.time))});
    }
    std::optional<Timestamp> visit;
    if (asked_ == Asked::InTheVisit && !past.films.empty()) visit = begin_of_visit(past, past.films.back().at);
    const auto blended = Taste(models_, std::move(past), visit).scores();
    for (std::size_t item = 0; item < scores.size(); ++item) scores[item] = static_cast<float>(blended[item]);
  }

 private:
  TasteModels models_;
  Asked asked_;
};

}  // namespace cineloom
