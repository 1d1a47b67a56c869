#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/expected.h"
#include "math/matrix.h"
#include "recommend/data/sequences.h"

namespace cineloom {

struct SimilarMomentsOptions {
  std::int32_t anchors = 4;           ///< the last items that are looked up in others' pasts, 1 .. 100
  std::int32_t context = 10;          ///< the last items a moment is compared by, 1 .. 1000
  std::int32_t horizon = 10;          ///< events after a moment that get its vote, 1 .. 1000
  float anchor_decay = 0.6F;          ///< per step back from the last item, (0, 1]
  float context_decay = 0.85F;        ///< likewise
  float horizon_decay = 0.75F;        ///< per event after the moment, (0, 1]
  std::size_t most_per_item = 2000;   ///< moments kept of an item, evenly spaced; > 0
};

/// Moments in everybody's pasts that look like now vote for what followed. A moment is an event with one of the last items; its
/// likeness m is the decayed number of the last items within `context` events before it. Votes are sums of m, m^2 and m^3: unlike
/// co-occurrence, a moment that shares much counts more than many that share little. The sequential nearest neighbours of
/// Garg et al. 2019 ("STAN"), by moments instead of sessions.
class SimilarMoments {
 public:
  /// Kinds of votes: m, m^2 and m^3 of all anchors, m^2 of the last item alone.
  static constexpr std::size_t kKinds = 4;

  SimilarMoments() = default;
  /// Errors: InvalidArgument for options out of range.
  static Expected<SimilarMoments> of(const Sequences& sequences, const SimilarMomentsOptions& options);

  [[nodiscard]] std::int32_t items() const { return static_cast<std::int32_t>(begins_.empty() ? 0 : begins_.size() - 1); }
  /// Writes votes [items, kKinds] for what follows `history` (oldest first).
  void vote(std::span<const std::int32_t> history, Matrix& votes) const;

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for places outside the events, items out of range, options out of range.
  static Expected<SimilarMoments> read(ByteReader& in);

 private:
  [[nodiscard]] bool is_whole() const;
  [[nodiscard]] float likeness(std::size_t place, std::span<const float> weights) const;

  SimilarMomentsOptions options_;
  std::vector<std::int32_t> events_;   ///< everybody's items, -1 before, between and after users
  std::vector<std::uint64_t> begins_;  ///< the places of item i: places_[begins_[i] .. begins_[i + 1])
  std::vector<std::uint32_t> places_;  ///< positions in events_
};

}  // namespace cineloom
