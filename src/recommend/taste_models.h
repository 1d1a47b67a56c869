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
#include "privacy/gaussian_accountant.h"
#include "privacy/random_bytes.h"
#include "recommend/common_taste.h"
#include "recommend/data/past.h"
#include "recommend/models/bayesian_factorization.h"
#include "recommend/models/cold_items.h"
#include "recommend/models/content_model.h"
#include "recommend/models/ease.h"
#include "recommend/models/ials.h"
#include "recommend/models/next_ridge.h"

namespace cineloom {

/// How the models' answers become one score, in stars: stars + likes x iALS + together x EASE + next x the ridge on the order of
/// the visit's likes + popularity x how many know it.
/// Chosen in training by how well they rank what viewers went on to like.
struct BlendWeights {
  double likes = 1;
  double together = 1;
  double next = 0;
  double popularity = 0.2;
  double content_variance = 0.25;  ///< of what content says of stars beyond the factors, in stars^2
  double spread = 0.4;             ///< standard deviation of the score among a viewer's hundred best: what bounded terms are measured in
};

/// How well viewers' newest likes are ranked by a model that was not told them.
struct RankingQuality {
  double ndcg = 0;  ///< NDCG@20, mean over viewers; -1 where a score was no number
  int viewers = 0;
};

class TasteModels;

/// What a new model may be held against, and go on from.
struct LastModel {
  const TasteModels* models = nullptr;  ///< of the same films in the same order
  Timestamp trained_at;                 ///< it has not seen what came later
  RankingQuality quality;               ///< as its own training measured it; no viewers = not known
};

enum class WorseModel { Refuse, Take };

/// Learning with differential privacy for whole viewers.
struct PrivateLearning {
  privacy::PrivacyLoss loss;               ///< delta 0 = viewers^-1.1
  privacy::RandomBytes* bytes = nullptr;   ///< where noise comes from; borrowed
};

/// What a model with differential privacy has told of its viewers.
struct PrivatePromise {
  privacy::PrivacyLoss loss;
  double mu = 0;                           ///< of the one Gaussian release that it is worth
};

struct TasteOptions {
  BayesianFactorizationOptions stars;
  IalsOptions likes{.factors = 48, .sweeps = 12};
  int warm_sweeps = 5;             ///< of `likes` where there is a last model to go on from, >= 1
  EaseOptions together{.most_items = 8000};  ///< past the most liked 8,000 films the factors alone rank: time grows with the cube, memory with the square
  NextRidgeOptions next;
  std::optional<ColdItemsOptions> cold = ColdItemsOptions{.passes = 1};  ///< nothing = stars alone speak for films that nobody liked
  int lenders = 12;                ///< films like it that lend an unrated film their factors, >= 1
  int most_probed = 400;           ///< viewers whose last likes choose the blend, >= 0, fewer past 20,000 films; 0 = keep the default weights
  std::uint64_t memory_budget = 0; ///< bytes the training may hold at once; 0 = three quarters of what is free
  std::optional<LastModel> last;
  WorseModel worse = WorseModel::Refuse;
  const CommonTaste* of_all = nullptr;        ///< liking learned of more viewers than the events tell of, these among them; borrowed
  std::optional<PrivateLearning> in_private;  ///< then nothing is learned but what liking says, through PrivateFactors, and `last` is not asked
};

/// Everything that was learned of films and viewers together. Immutable once made.
/// A film that nobody has touched has stars lent by films like it and expected factors of liking, both from what the catalogue says
/// of it; popularity and the item-item weights say nothing of it.
class TasteModels {
 public:
  /// Events without ratings or likes are fine: then content and conditions decide. Errors: InvalidArgument without films;
  /// ResourceExhausted with an estimate where the memory budget is too small; Conflict if it ranks worse than the last model;
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
  [[nodiscard]] const std::optional<ColdItems>& cold() const { return cold_; }     ///< the same, or too few liked films to learn from
  [[nodiscard]] const std::optional<NextRidge>& next() const { return next_; }     ///< nothing where nobody liked two films, or too many items
  /// Nobody has liked the film, and content says what to expect of it.
  [[nodiscard]] bool is_cold(std::int32_t item) const { return !is_cold_.empty() && is_cold_[static_cast<std::size_t>(item)] != 0; }
  /// By film: the popularity that content lets expect of a cold one, 0 of the others; empty without a map.
  [[nodiscard]] std::span<const float> expected_popularity() const { return expected_popularity_; }
  /// The largest absolute popularity that is expected of a film that nobody has liked.
  [[nodiscard]] double most_expected_popularity() const { return most_expected_popularity_; }
  /// Films' rows of liking [films, k], learned or expected; only where likes() is.
  [[nodiscard]] const Matrix& liking_rows() const { return cold_ ? liking_rows_ : likes_->item_factors(); }
  [[nodiscard]] std::span<const float> liking_factors(std::int32_t item) const { return liking_rows().row(static_cast<std::size_t>(item)); }
  /// The film came after the training.
  [[nodiscard]] bool is_new(std::int32_t item) const { return is_new_[static_cast<std::size_t>(item)] != 0; }
  [[nodiscard]] const ContentModel& content() const { return content_; }
  /// Share of the most known film's viewers, on a logarithmic scale, 0 .. 1.
  [[nodiscard]] double popularity(std::int32_t item) const { return popularity_[static_cast<std::size_t>(item)]; }
  [[nodiscard]] const BlendWeights& blend() const { return blend_; }
  [[nodiscard]] WatchMeaning watching() const { return watching_; }
  [[nodiscard]] const std::unordered_map<FilmId, std::int32_t>& positions() const { return positions_; }
  /// Of the training that made it; nothing after read().
  [[nodiscard]] const std::optional<RankingQuality>& quality() const { return quality_; }
  /// Of a training with differential privacy; nothing after read().
  [[nodiscard]] const std::optional<PrivatePromise>& promise() const { return promise_; }

  void write(ByteWriter& out) const;
  /// `films`: those of the library now. Films that came after the training are added by their content, films that are gone are
  /// dropped; films are the same by their keys. Errors: DataLoss; Conflict if the model knows none of the films.
  static Expected<TasteModels> read(std::span<const Film> films, ByteReader& in);

 private:
  explicit TasteModels(std::span<const Film> films);
  Expected<void> fit_in_private(std::span<const Film> films, std::span<const Event> events, const PrivateLearning& learning, Progress& progress,
                                const CancelToken& cancel);
  Expected<void> fit(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel);
  Expected<void> fit_likes(const SparseMatrix& liking, const TasteOptions& options, Progress& progress, const CancelToken& cancel);
  Expected<void> fit_next(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel);
  Expected<void> fit_cold(const SparseMatrix& liking, std::span<const Film> films, const TasteOptions& options, Progress& progress, const CancelToken& cancel);
  Expected<void> choose_blend(std::span<const Past> pasts, const TasteOptions& options, Progress& progress, const CancelToken& cancel);
  Expected<void> read_parts(ByteReader& in);
  [[nodiscard]] bool fits(std::size_t films) const;
  void rearrange(ItemOrigins origins);
  void expect_cold_films(std::span<const Film> films);

  std::unordered_map<FilmId, std::int32_t> positions_;
  std::vector<std::uint64_t> keys_;  ///< by film: hash of its key
  ContentModel content_;
  std::optional<BayesianFactorization> stars_;
  std::optional<Ials> likes_;
  std::optional<Ease> together_;
  std::optional<NextRidge> next_;
  std::optional<ColdItems> cold_;
  Matrix liking_rows_;                ///< those of likes_ with expected ones in their gaps; empty without a map
  std::vector<std::uint8_t> is_cold_;  ///< by film; empty without a map
  std::vector<float> expected_popularity_;
  double most_expected_popularity_ = 0;
  std::vector<double> popularity_;
  std::vector<std::uint8_t> is_new_;
  BlendWeights blend_;
  WatchMeaning watching_ = WatchMeaning::Nothing;
  std::optional<RankingQuality> quality_;
  std::optional<PrivatePromise> promise_;
};

}  // namespace cineloom
