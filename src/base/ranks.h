#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/expected.h"

namespace cineloom {

/// Processes that work out one result together, each from its own part of the data. All of them make the same calls in the same
/// order with spans of the same length; a call returns when this rank's part in it is done. One thread of a rank makes calls.
/// What is added up is whole numbers, so that a result does not depend on how many ranks there are or who comes first.
/// Errors of all calls: Unavailable, when another rank is gone; the work is then lost and begun anew.
class Ranks {
 public:
  virtual ~Ranks() = default;

  [[nodiscard]] virtual int rank() const = 0;  ///< 0 .. size() - 1
  [[nodiscard]] virtual int size() const = 0;

  /// Each value becomes its sum over all ranks.
  virtual Expected<void> sum(std::span<std::int64_t> values) = 0;
  /// The same at `owner` only; what the others gave stays as it is.
  virtual Expected<void> sum_at(int owner, std::span<std::int64_t> values) = 0;
  /// Each value becomes the greatest that a rank has.
  virtual Expected<void> greatest(std::span<std::int64_t> values) = 0;
  /// All have what `owner` has.
  virtual Expected<void> tell(int owner, std::span<std::byte> bytes) = 0;
};

/// A process on its own.
class LoneRank final : public Ranks {
 public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  Expected<void> sum(std::span<std::int64_t> /*values*/) override { return {}; }
  Expected<void> sum_at(int /*owner*/, std::span<std::int64_t> /*values*/) override { return {}; }
  Expected<void> greatest(std::span<std::int64_t> /*values*/) override { return {}; }
  Expected<void> tell(int /*owner*/, std::span<std::byte> /*bytes*/) override { return {}; }
};

}  // namespace cineloom
