#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "base/random.h"
#include "recommend/models/scorer.h"

namespace cineloom {

struct EnsembleOptions {
  std::int32_t factors = 192;                 ///< of the factor models, 1 .. 4096
  std::int32_t sweeps = 9;                    ///< of the factor models, 1 .. 1000
  std::int32_t copies = 2;                    ///< factor models of each kind, from different seeds, 1 .. 16: time for a steadier mean
  double held_out = 0.15;                     ///< share of the users on whom weights are learned, 0.01 .. 0.5
  std::size_t most_cells = 8'000'000;         ///< scores kept per member while weights are learned: bounds time and memory
  std::uint64_t memory_budget = 4ULL << 30U;  ///< bytes for item-item weights; where they need more, the factor models stand alone
  Seed seed = 1;                              ///< the only source of randomness
  int threads = 0;                            ///< 0 = all cores; the result does not depend on it
};

/// Several models that err differently, asked together: collective EASE and collective factors, with and without the items'
/// features, and how popular an item is. Each member's scores are standardised for each question, weighed and added. Regularization
/// and weights are learned by the fit itself on users whom no member has seen; then all members are fitted anew on everybody.
class Ensemble final : public Scorer {
 public:
  /// What one member is worth.
  struct Share {
    std::string name;
    float weight = 0;
    double ndcg = 0;  ///< NDCG@100 alone, on the held-out users
  };

  /// `seen` [users, items], its cells count as 1; `content` [items, features], values >= 0, or no rows at all = nothing is known.
  /// Errors: InvalidArgument for an empty matrix, shapes that disagree, options out of range; Cancelled.
  static Expected<Ensemble> fit(const SparseMatrix& seen, const SparseMatrix& content, const EnsembleOptions& options, Progress& progress,
                                const CancelToken& cancel);

  [[nodiscard]] std::string_view name() const override { return "stacked"; }
  [[nodiscard]] std::int32_t items() const override { return static_cast<std::int32_t>(popularity_.size()); }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;

  /// In the order of the members; popularity last.
  [[nodiscard]] const std::vector<Share>& shares() const { return shares_; }
  /// The fitted members, in the order of shares(), without popularity.
  [[nodiscard]] const Scorer& member(std::size_t index) const { return *members_[index]; }
  /// NDCG@100 of the whole on the held-out users: optimistic by as much as a handful of weights can be.
  [[nodiscard]] double held_out_ndcg() const { return held_out_ndcg_; }

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for what write() cannot have written.
  static Expected<Ensemble> read(ByteReader& in);

 private:
  std::vector<std::unique_ptr<Scorer>> members_;
  std::vector<Share> shares_;       ///< one more than members: popularity
  std::vector<float> popularity_;   ///< standardised log(1 + count)
  double held_out_ndcg_ = 0;
};

}  // namespace cineloom
