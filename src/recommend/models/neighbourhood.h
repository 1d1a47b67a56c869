#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "math/sparse_matrix.h"
#include "recommend/data/interactions.h"
#include "recommend/models/scorer.h"

namespace cineloom {

struct NeighbourhoodOptions {
  int neighbours = 200;    ///< kept per item, or asked per user, 1 .. 100000
  double shrinkage = 10;   ///< common events' weight of the belief that two have nothing in common, >= 0
  double popularity = 0.5; ///< exponent of the norms: .5 = cosine, 0 = bare co-occurrence, 0 .. 1
};

/// Items liked by the same users (Sarwar 2001, Deshpande and Karypis 2004): likeness = common users over
/// (users of one x users of the other)^popularity, shrunk; each item's neighbours share one vote, so that items with many
/// neighbours do not speak louder; score = sum of votes of the history. Somebody without a past gets the most popular.
class ItemNeighbours final : public Scorer {
 public:
  /// Errors: InvalidArgument without events or for options out of range; Cancelled. Same bytes for any thread count.
  static Expected<ItemNeighbours> fit(const Interactions& interactions, const NeighbourhoodOptions& options, Progress& progress, const CancelToken& cancel);

  [[nodiscard]] std::string_view name() const override { return "item-knn"; }
  [[nodiscard]] std::int32_t items() const override { return alike_.column_count; }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;

  /// [items, items]: row j holds the votes of j for its neighbours, without j.
  [[nodiscard]] const SparseMatrix& alike() const { return alike_; }
  void write(ByteWriter& writer) const;
  /// Errors: DataLoss if the bytes are no whole model.
  static Expected<ItemNeighbours> read(ByteReader& reader);

 private:
  SparseMatrix alike_;
  std::vector<float> popularity_;  ///< by item, far below every vote: decides where neighbours say nothing
};

/// Users who liked the same items: score = sum over the nearest users' likeness, of what they liked. The asked user need not
/// have been there in training; somebody without a past gets the most popular.
class UserNeighbours final : public Scorer {
 public:
  /// Errors: as ItemNeighbours::fit.
  static Expected<UserNeighbours> fit(const Interactions& interactions, const NeighbourhoodOptions& options);

  [[nodiscard]] std::string_view name() const override { return "user-knn"; }
  [[nodiscard]] std::int32_t items() const override { return by_user_.column_count; }
  void score(std::span<const HistoryEntry> history, std::span<float> scores) const override;

 private:
  NeighbourhoodOptions options_;
  SparseMatrix by_user_;
  SparseMatrix by_item_;
  std::vector<float> popularity_;
};

}  // namespace cineloom
