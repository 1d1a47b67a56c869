#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "privacy/bounded_sum.h"
#include "privacy/gaussian_accountant.h"
#include "privacy/random_bytes.h"
#include "recommend/data/content_basis.h"
#include "recommend/models/fold_in.h"
#include "recommend/models/private_sums.h"
#include "recommend/models/scorer.h"
#include "recommend/models/viewer_rows.h"

namespace cineloom {

struct PrivateFactorsOptions {
  privacy::PrivacyLoss loss{.epsilon = 1, .delta = 0};  ///< of all that is told together; delta 0 = viewers^-1.1
  std::int32_t factors = 16;              ///< k, 2 .. 512: more of them take more noise
  std::int32_t sweeps = 1;                ///< 1 .. 20: each tells the item sums once more
  ContentBasisOptions content{.dimensions = 300, .flattening = 0.5F, .sharpness = 3};  ///< of what is said of items
  float count_share = 0.1F;               ///< of the budget, for how many know an item; 0 .. 1, both excluded
  float gram_share = 0.1F;                ///< of each sweep's budget, for how viewers lie; the same
  float growth = 2;                       ///< each sweep's budget over the one before, > 0
  FoldInTerms terms{.regularization = 0.003F, .unobserved_weight = 0.2F};        ///< while sweeping
  FoldInTerms final_terms{.regularization = 0.01F, .unobserved_weight = 0.45F};  ///< of those who ask
  float content_trust = 0.5F;             ///< share of what items differ by that content explains, 0 .. 1
  private_sums::ItemWeighting weighting;  ///< of a viewer's items
  float constant = 0.5F;                  ///< of a viewer's first row, beside where the items lie, 0 .. 1
  float final_content = 1.3F;             ///< length of content's own factors over that of the learned ones, >= 0
  float content_reach = 0.25F;            ///< they reach as far as an item's fame to this power, >= 0: content knows hardly known items too

  /// What ranks best on held-out viewers of the development data for such a loss.
  static PrivateFactorsOptions best_for(const privacy::PrivacyLoss& loss);
};

/// One thing that was told about the viewers.
struct ToldSum {
  std::string what;            ///< "counts", "items 1", "gram 1", ...
  double noise = 0;            ///< standard deviation over sensitivity
  std::vector<double> values;  ///< as told, noise included
};

/// Implicit factors with differential privacy for whole viewers: nothing in the model tells more of anybody than `loss` allows. Alternating
/// least squares in which viewers are exact and forgotten, and items are solved from sums with discrete Gaussian noise (Chien et al. 2021),
/// of which there are few: one count per item, one k x k square that stands for every item's own, and one row per item. Rows are freed
/// from noise by what is said of items (Curmei et al. 2023): each is the mean of its posterior under a prior regressed on content.
/// Beside them stand factors of content alone, in which whoever asks has a taste of their own that nobody else learns from.
class PrivateFactors final : public Scorer {
 public:
  /// `seen` [viewers, items]: its cells count as 1. `content` [items, features] is public, or has no rows. The number of viewers and the
  /// items' names are public too. Errors: InvalidArgument for an empty matrix, shapes that disagree, options out of range; Cancelled.
  static Expected<PrivateFactors> fit(const SparseMatrix& seen, const SparseMatrix& content, const PrivateFactorsOptions& options, privacy::RandomBytes& bytes,
                                      Progress& progress, const CancelToken& cancel);

  [[nodiscard]] std::string_view name() const override { return "private-factors"; }
  [[nodiscard]] std::int32_t items() const override { return static_cast<std::int32_t>(fold_in_.items().rows()); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;
  [[nodiscard]] const FoldIn& folding() const { return fold_in_; }
  /// How known each item is, noise taken out as far as content can: sums of 1 / sqrt(viewer's items), > 0.
  [[nodiscard]] const std::vector<double>& fame() const { return fame_; }
  /// What was promised.
  [[nodiscard]] const privacy::PrivacyLoss& loss() const { return loss_; }
  /// What all that was told is worth as one Gaussian release, by the noise it was told with.
  [[nodiscard]] double mu() const;
  /// All that was told, and how viewers' rows were made for each sweep: what an auditor may know.
  [[nodiscard]] const std::vector<ToldSum>& told() const { return told_; }
  [[nodiscard]] const std::vector<ViewerRows>& rows() const { return rows_; }

 private:
  Expected<void> tell(std::string what, const privacy::BoundedSum& sum, double noise, privacy::RandomBytes& bytes);

  FoldIn fold_in_;
  std::vector<double> fame_;
  std::vector<ToldSum> told_;
  std::vector<ViewerRows> rows_;
  privacy::PrivacyLoss loss_;
};

}  // namespace cineloom
