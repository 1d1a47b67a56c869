#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/expected.h"
#include "domain/knowledge.h"
#include "domain/text.h"

namespace cineloom {

/// A sentence of a synopsis with which the story turns.
struct SynopsisTurn {
  TurningPointKind kind = TurningPointKind::Opportunity;
  std::size_t sentence = 0;
  Span span;              ///< in the synopsis
  double confidence = 0;  ///< belief that it is this sentence or one beside it, 0 .. 1
};

/// Finds the five turning points of a plot that is told in sentences: each sentence's place and words speak for each point, and the
/// points keep their order. Immutable once loaded; any number of threads may read it.
class SynopsisTurnModel {
 public:
  static constexpr std::size_t kKinds = 5;
  using Row = std::array<float, kKinds>;
  struct Entry {
    std::uint64_t feature = 0;
    Row weights{};
  };

  /// Errors: DataLoss for bytes that pack() did not make.
  static Expected<SynopsisTurnModel> load(std::string_view bytes);
  /// The bytes that load() reads.
  static std::string pack(std::vector<Entry> entries);

  /// In the order of TurningPointKind; none for a synopsis of fewer than five sentences.
  [[nodiscard]] std::vector<SynopsisTurn> find(std::string_view synopsis) const;
  /// The same for sentences that were cut already; spans stay empty.
  [[nodiscard]] std::vector<SynopsisTurn> find(std::span<const std::string_view> sentences) const;

 private:
  std::unordered_map<std::uint64_t, Row> weights_;
};

}  // namespace cineloom
