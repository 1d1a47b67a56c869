#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "domain/event.h"
#include "domain/film.h"
#include "recommend/data/past.h"
#include "recommend/models/bayesian_factorization.h"
#include "recommend/models/content_model.h"
#include "recommend/models/ease.h"
#include "recommend/models/ials.h"

namespace cineloom {

/// How the models' answers become one score, in stars: stars + likes x iALS + together x EASE + popularity x how many know it.
/// Chosen in training by how well they rank what viewers went on to like.
struct BlendWeights {
  double likes = 1;
  double together = 1;
  double popularity = 0.2;
  double content_variance = 0.25;  ///< of what content says of stars beyond the factors, in stars^2
  double spread = 0.4;             ///< standard deviation of the score among a viewer's hundred best: what bounded terms are measured in
};

struct TasteOptions {
  BayesianFactorizationOptions stars;
  IalsOptions likes{.factors = 48, .sweeps = 12};
  EaseOptions together;
  int lenders = 12;        ///< films like it that lend an unrated film their factors, >= 1
  int most_probed = 400;   ///< viewers whose last likes choose the blend, >= 0; 0 = keep the default weights
};

/// Everything that was learned of films and viewers together. Immutable once made.
class TasteModels {
 public:
  /// Events without ratings or likes are fine: then content and conditions decide. Errors: InvalidArgument without films;
  /// Cancelled.
  static Expected<TasteModels> train(std::span<const Film> films, std::span<const Event> events, const TasteOptions& options, Progress& progress,
                                     const CancelToken& cancel);

  [[nodiscard]] std::int32_t items() const { return static_cast<std::int32_t>(popularity_.size()); }
  [[nodiscard]] const std::optional<BayesianFactorization>& stars() const { return stars_; }  ///< nothing where nobody rated
  /// Stars of an average film, and what a film has above it; those of a scale's upper middle while nobody rated.
  [[nodiscard]] double mean_stars() const { return stars_ ? stars_->mean_stars() : 3.25; }
  [[nodiscard]] double item_bias(std::int32_t item) const { return stars_ ? stars_->item_bias(item) : 0; }
  [[nodiscard]] int item_ratings(std::int32_t item) const { return stars_ ? stars_->item_ratings(item) : 0; }
  /// Standard deviation of a rating around its forecast.
  [[nodiscard]] double noise() const { return stars_ ? stars_->noise() : 1; }
  [[nodiscard]] const std::optional<Ials>& likes() const { return likes_; }        ///< nothing where nobody liked anything
  [[nodiscard]] const std::optional<Ease>& together() const { return together_; }  ///< the same, or too many items
  [[nodiscard]] const ContentModel& content() const { return content_; }
  /// Share of the most known film's viewers, on a logarithmic scale, 0 .. 1.
  [[nodiscard]] double popularity(std::int32_t item) const { return popularity_[static_cast<std::size_t>(item)]; }
  [[nodiscard]] const BlendWeights& blend() const { return blend_; }
  [[nodiscard]] WatchMeaning watching() const { return watching_; }
  [[nodiscard]] const std::unordered_map<FilmId, std::int32_t>& positions() const { return positions_; }

  void write(ByteWriter& out) const;
  /// `films`: those it was trained on. Errors: DataLoss.
  static Expected<TasteModels> read(std::span<const Film> films, ByteReader& in);

 private:
  explicit TasteModels(std::span<const Film> films);
  Expected<void> fit(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel);
  Expected<void> choose_blend(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel);

  std::unordered_map<FilmId, std::int32_t> positions_;
  ContentModel content_;
  std::optional<BayesianFactorization> stars_;
  std::optional<Ials> likes_;
  std::optional<Ease> together_;
  std::vector<double> popularity_;
  BlendWeights blend_;
  WatchMeaning watching_ = WatchMeaning::Nothing;
};

}  // namespace cineloom
