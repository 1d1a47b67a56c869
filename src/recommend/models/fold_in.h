#pragma once

#include <span>
#include <vector>

#include "base/expected.h"
#include "math/matrix.h"
#include "recommend/data/interactions.h"

namespace cineloom {

/// What the loss of implicit matrix factorisation asks for beside the events (Rendle et al. 2021).
struct FoldInTerms {
  float regularization = 0.008F;    ///< l, L2 weight per (weighted) observation, > 0
  float unobserved_weight = 0.2F;   ///< a0, weight of every user-item pair's pull to 0, > 0
  float exponent = 1;               ///< v, 0 .. 1: how regularization grows with the number of events; 0 = not at all

  /// l (events + a0 others)^v: the ridge of a row with that many events.
  [[nodiscard]] float ridge(std::size_t events, std::size_t others) const;
};

/// Item factors ready for users who were not there in training: a user's best row in closed form while the items stand still.
/// Factors lie in the basis in which a0 H'H is diagonal, so that a user costs min(m, k)^2 max(m, k) and not k^3. Immutable.
class FoldIn {
 public:
  FoldIn() = default;
  /// Turns `items` [n, k] into that basis; `threads` 0 = all cores.
  FoldIn(Matrix items, const FoldInTerms& terms, int threads);

  /// Whether `values` can be anybody's factors: finite, and none beyond 10^6, so that sums of their products stay finite. For those that read files.
  [[nodiscard]] static bool are_factors(std::span<const float> values);

  /// The user's row [k]: exact minimum of the loss. An entry's `value` is its weight; entries with value <= 0 do not count.
  [[nodiscard]] std::vector<float> fold_in(std::span<const HistoryEntry> history) const;
  /// scores = H row: [n].
  void score(std::span<const float> row, std::span<float> scores) const;

  [[nodiscard]] const Matrix& items() const { return items_; }
  /// The diagonal of a0 H'H [k].
  [[nodiscard]] std::span<const float> diagonal() const { return diagonal_; }
  [[nodiscard]] const FoldInTerms& terms() const { return terms_; }
  /// The rotation [k, k] that was applied to the items given: whoever holds users in the old basis multiplies by it.
  [[nodiscard]] const Matrix& rotation() const { return rotation_; }

 private:
  Matrix items_;
  FoldInTerms terms_;
  std::vector<float> diagonal_;
  Matrix rotation_;
};

/// What is known of one user: mean and precision A = L L' of their row. Grows and shrinks by one event in k^2 steps. While it
/// does, the ridge l_u stays as it was when the posterior was built (it depends on the number of events; the difference is of
/// the order l per event). Borrows the FoldIn.
class UserPosterior {
 public:
  UserPosterior(const FoldIn& items, std::span<const HistoryEntry> history);

  /// Mean of the row [k].
  [[nodiscard]] const std::vector<float>& factors() const { return factors_; }
  /// One more event. Rank-one update.
  void add(const HistoryEntry& entry);
  /// Takes an event back that was given before. Rank-one downdate; the factor is built anew where that would lose digits.
  void take_back(const HistoryEntry& entry);

  /// The row without one of the events (by its place in history()): w - q (1 - h.w) c / (1 - c s), q = A^-1 h, s = h.q.
  [[nodiscard]] std::vector<float> factors_without(std::size_t event) const;
  /// A draw w + scale L^-T z: Thompson sampling. `normals` [k] standard normal numbers.
  [[nodiscard]] std::vector<float> sample(std::span<const float> normals, float scale) const;
  /// x' A^-1 x: variance of x.w in units of the noise.
  [[nodiscard]] float variance(std::span<const float> x) const;
  /// The events in force, in the order given.
  [[nodiscard]] std::span<const HistoryEntry> history() const { return history_; }

 private:
  void build();
  void solve();

  const FoldIn* items_;
  std::vector<HistoryEntry> history_;
  float ridge_ = 0;
  std::vector<float> factor_;  ///< L [k, k]
  std::vector<float> factors_;
};

}  // namespace cineloom
