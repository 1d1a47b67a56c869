#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "math/matrix.h"
#include "recommend/data/item_head.h"
#include "recommend/data/sequences.h"
#include "recommend/models/similar_moments.h"
#include "recommend/models/transitions.h"

namespace cineloom {

struct NextMembersOptions {
  std::int32_t most_dense_items = 5000;
  std::size_t most_transitions = 2000;
  int threads = 0;
};

/// What NextItem asks before it judges: transitions of two reaches, causal ridges of two memories, EASE, popularity and similar
/// moments. Ridges and EASE hold matrices over the `most_dense_items` most popular items only, the rest score 0 there.
class NextMembers {
 public:
  static Expected<NextMembers> fit(const Sequences& sequences, const NextMembersOptions& options, Progress& progress, const CancelToken& cancel);
  /// Steps that a fit reports to its progress.
  static constexpr std::int64_t kSteps = 7;

  /// Members that score every item, each with a half-life of the past: the rows of score().
  static std::size_t track_count();
  static std::string_view track_name(std::size_t track);
  /// Numbers that describe a candidate.
  static std::size_t feature_count();

  [[nodiscard]] std::int32_t items() const { return static_cast<std::int32_t>(counts_.size()); }
  /// Scores [track_count(), items], each track standardised over the items (0 everywhere if it knows nothing).
  void score(std::span<const std::int32_t> history, Matrix& scores) const;
  /// Writes features [candidates, feature_count()]: the tracks, then what only candidates are worth asking for.
  void describe(std::span<const std::int32_t> history, const Matrix& scores, std::span<const std::int32_t> candidates, std::span<float> rows) const;

  /// Transitions and popularity as if `item` had been taken after `history`; the other members stay as they are.
  void add(std::span<const std::int32_t> history, std::int32_t item);

  void write(ByteWriter& out) const;
  static Expected<NextMembers> read(ByteReader& in);

 private:
  static constexpr std::size_t kDenseMembers = 3;

  Expected<void> fit_dense(const Sequences& sequences, const NextMembersOptions& options, Progress& progress, const CancelToken& cancel);
  void refresh_factors();
  [[nodiscard]] bool has_shape() const;
  void score_transitions(const Transitions& transitions, std::span<const float> factors, std::span<const std::int32_t> history, std::size_t first_track,
                         std::size_t last_track, Matrix& scores) const;
  void score_dense(std::span<const std::int32_t> history, Matrix& scores) const;
  void describe_lifts(std::span<const std::int32_t> history, std::span<const std::int32_t> slot_of, std::span<float> rows) const;
  void describe_popularity(std::span<const std::int32_t> history, std::span<const std::int32_t> candidates, std::span<float> rows) const;
  void describe_votes(std::span<const std::int32_t> history, std::span<const std::int32_t> candidates, std::span<float> rows) const;
  void describe_repeats(std::span<const std::int32_t> history, std::span<const std::int32_t> slot_of, std::span<float> rows) const;

  std::vector<float> counts_;  ///< events by item
  double total_ = 0;           ///< their sum
  Transitions adjacent_;
  Transitions near_;
  Transitions wide_;
  std::vector<float> near_factors_;  ///< by item: what tames its popularity
  std::vector<float> wide_factors_;
  ItemHead head_;  ///< items with rows in dense_
  std::array<Matrix, kDenseMembers> dense_;
  SimilarMoments moments_;
};

}  // namespace cineloom
