#pragma once

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "base/random.h"
#include "recommend/data/item_origins.h"
#include "recommend/models/fold_in.h"
#include "recommend/models/scorer.h"

namespace cineloom {

enum class IalsSolver {
  Exact,              ///< each row's normal equations; best per sweep
  ConjugateGradient,  ///< three steps per row from where it stands: several times faster, weaker early; for warm refreshes
  Block,              ///< iALS++: one Newton step per block of dimensions; for large k
};

struct IalsOptions {
  std::int32_t factors = 64;                ///< k, 1 .. 4096
  std::int32_t sweeps = 14;                 ///< passes over users and items, 1 .. 1000
  FoldInTerms terms;
  IalsSolver solver = IalsSolver::Exact;
  std::int32_t block = 64;                  ///< dimensions per Newton step of IalsSolver::Block, 1 .. k
  float init_scale = 0.1F;                  ///< first factors are N(0, init_scale^2 / k), > 0
  Seed seed = 1;                            ///< the only source of randomness
  int threads = 0;                          ///< 0 = all cores; the result does not depend on it
  const Matrix* first_items = nullptr;      ///< [items, factors] an earlier fit to go on from; rows of zeros are drawn; borrowed
};

/// Implicit matrix factorisation by alternating least squares: Hu, Koren and Volinsky 2008 with the weights and the
/// frequency-scaled regularization of Rendle et al. 2021 ("Revisiting the performance of iALS"); iALS++ is Rendle et al. 2021b.
///   L = sum_{(u,i) seen} c_ui (1 - w_u.h_i)^2 + a0 sum_{all u,i} (w_u.h_i)^2 + sum_u l_u |w_u|^2 + sum_i l_i |h_i|^2
class Ials final : public Scorer {
 public:
  /// `seen` [users, items]; values are the weights c of events, >= 0 (1 where it only happened; 0 = as if not there).
  /// Errors: InvalidArgument for options out of range, weights that are negative or not finite, an empty matrix; Cancelled.
  static Expected<Ials> fit(const SparseMatrix& seen, const IalsOptions& options, Progress& progress, const CancelToken& cancel);
  /// As fit, with regularization and unobserved weight chosen by choose_terms.
  static Expected<Ials> fit_automatically(const SparseMatrix& seen, IalsOptions options, Progress& progress, const CancelToken& cancel);
  /// The terms on a small logarithmic grid that rank held-out events of held-out users best, judged by a small k on at most
  /// some ten thousand rows of `seen`: good defaults for a collection nobody has tuned for. Uses seed and threads of `options`.
  static Expected<FoldInTerms> choose_terms(const SparseMatrix& seen, const IalsOptions& options, Progress& progress, const CancelToken& cancel);

  /// The same model around items that were learned otherwise; without users.
  static Ials around(FoldIn items);

  [[nodiscard]] std::string_view name() const override { return "ials"; }
  [[nodiscard]] std::int32_t items() const override { return static_cast<std::int32_t>(fold_in_.items().rows()); }
  /// Fold-in of the history, then its product with every item. An entry's `value` is its weight.
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;

  /// Users' rows [k] for posteriors, reasons and draws.
  [[nodiscard]] const FoldIn& folding() const { return fold_in_; }
  /// [items, k].
  [[nodiscard]] const Matrix& item_factors() const { return fold_in_.items(); }
  /// [users, k] of the users trained on, best rows for the final items; empty after read().
  [[nodiscard]] const Matrix& user_factors() const { return users_; }

  /// The same model of items numbered anew; new ones have factors of zero, and there are no users.
  [[nodiscard]] Ials rearranged(ItemOrigins origins) const;

  /// Items and terms; users are folded in when they ask.
  void write(ByteWriter& out) const;
  /// Errors: DataLoss for shapes that disagree or numbers that are not finite.
  static Expected<Ials> read(ByteReader& in);

 private:
  FoldIn fold_in_;
  Matrix users_;
};

/// The loss above, summed in double. users [users, k], items [items, k].
double ials_loss(const SparseMatrix& seen, const Matrix& users, const Matrix& items, const FoldInTerms& terms);

}  // namespace cineloom
