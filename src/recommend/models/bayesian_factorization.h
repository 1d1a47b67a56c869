#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"
#include "math/matrix.h"
#include "recommend/data/interactions.h"
#include "recommend/data/item_origins.h"
#include "recommend/models/rating_user.h"
#include "recommend/models/scorer.h"

namespace cineloom {

struct BayesianFactorizationOptions {
  int factors = 0;  ///< k, 0 .. 256; 0 = chosen by the number of ratings, 7 .. 31
  int burn_in = 0;  ///< sweeps thrown away, >= 0; 0 = chosen by the work a sweep is
  int sweeps = 0;   ///< sweeps after burn-in, >= 0; 0 = chosen likewise
  int samples = 0;  ///< how many of them are kept, spread evenly, 1 .. 64; 0 = 16, fewer where they
                    ///< would fill more than 256 MB
  std::optional<double> widening;  ///< > 0, of an earlier fit of nearly the same ratings: saves the fit that
                                   ///< measures it; nothing = measured
  SparseMatrix item_features;  ///< [items, any] or empty: side features; items that share them share factors
  Seed seed = 1;
  int threads = 0;  ///< 0 = all cores
};

/// What an item without ratings is lent by items that are like it.
struct ItemLoan {
  std::int32_t item = 0;
  std::vector<std::int32_t> likes;
  std::vector<double> weights;  ///< one per like; those that sum to one average them, less keeps nearer to the mean item
};

/// Stars on any scale by Bayesian SVD++: Gibbs samples of the items' factors are kept, users are
/// folded in at the time of asking, so that somebody new needs no training, the last rating counts
/// at once, and every forecast knows its uncertainty. Implicit part: which items were rated at all,
/// from the training ratings or the folded-in history only. Same ratings, same bytes, for any
/// number of threads. Immutable once fitted but for lend(): any number of threads may ask.
/// Salakhutdinov and Mnih 2008; Rendle, Zhang and Koren 2019.
class BayesianFactorization {
 public:
  /// Values of `ratings` are stars; the scale is what they span. Fits twice: once on nine tenths,
  /// to learn how wide intervals must be. Errors: InvalidArgument for no ratings, side features of
  /// the wrong height or options out of range; Cancelled.
  static Expected<BayesianFactorization> fit(const Interactions& ratings, const BayesianFactorizationOptions& options, Progress& progress,
                                             const CancelToken& cancel);

  [[nodiscard]] std::int32_t items() const { return static_cast<std::int32_t>(counts_.size()); }
  /// The least and the most stars of the training ratings: forecasts lie between them.
  [[nodiscard]] float least_stars() const { return least_; }
  [[nodiscard]] float most_stars() const { return most_; }
  [[nodiscard]] double mean_stars() const;
  /// Training ratings of an item.
  [[nodiscard]] std::int32_t item_ratings(std::int32_t item) const { return counts_[static_cast<std::size_t>(item)]; }
  /// Mean over all users of an item's stars above mean_stars(): its bias.
  [[nodiscard]] double item_bias(std::int32_t item) const;
  /// Standard deviation of a rating around a forecast of somebody well known, calibrated.
  [[nodiscard]] double noise() const;

  /// Somebody with this past, trained on or not; items in [0, items()), values on the scale. The
  /// result borrows the model.
  [[nodiscard]] RatingUser fold_in(std::span<const HistoryEntry> history) const;

  /// Gives each loan's item the factors mean + sum over its likes of weights times (their factors -
  /// mean), the mean being that of rated items: for items without ratings, from a content model.
  void lend(std::span<const ItemLoan> loans);
  /// The same model of items numbered anew; what is new has no ratings and stands at nothing until it
  /// is lent something.
  [[nodiscard]] BayesianFactorization rearranged(ItemOrigins origins) &&;
  /// By item: the length of its factors over all samples, for RatingShift.
  [[nodiscard]] std::vector<float> item_reaches() const;
  /// How many factors an item has over all samples.
  [[nodiscard]] std::size_t all_factors() const;
  /// Writes them [all_factors], sample by sample.
  void copy_factors(std::int32_t item, std::span<float> factors) const;
  /// Factor of deviations that made 80 % intervals cover 80 % of held-out ratings.
  [[nodiscard]] double widening() const { return widening_; }

  void write(ByteWriter& writer) const;
  /// Errors: DataLoss if the bytes are no whole model.
  static Expected<BayesianFactorization> read(ByteReader& reader);

 private:
  void remember(const Interactions& ratings);
  [[nodiscard]] double measure_widening(const Interactions& known, std::span<const Interaction> hidden) const;

  float least_ = 0;
  float most_ = 0;
  double widening_ = 1;
  std::vector<std::int32_t> counts_;
  std::vector<RatingSample> samples_;
};

}  // namespace cineloom
