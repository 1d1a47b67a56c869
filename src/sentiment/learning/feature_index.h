#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sentiment/learning/ngrams.h"

namespace cineloom {

/// Binary rows of a sparse matrix: which columns a text has.
struct SparseRows {
  std::vector<std::size_t> starts{0};  ///< one more than there are rows
  std::vector<std::uint32_t> columns;  ///< ascending within a row
  std::vector<std::uint32_t> lengths;  ///< distinct n-grams of each text, with those that have no column

  [[nodiscard]] std::size_t size() const { return starts.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> row(std::size_t index) const {
    return std::span(columns).subspan(starts[index], starts[index + 1] - starts[index]);
  }
};

/// Numbers the n-grams that enough texts have.
class FeatureIndex {
 public:
  /// Reads texts one after the other; an n-gram needs `least_texts` of them, >= 1.
  static FeatureIndex build(std::span<const std::string_view> texts, const NgramOptions& options, int least_texts);

  [[nodiscard]] std::size_t size() const { return hashes_.size(); }
  [[nodiscard]] std::span<const std::uint64_t> hashes() const { return hashes_; }
  [[nodiscard]] std::span<const std::uint32_t> text_counts() const { return counts_; }
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash) const;
  [[nodiscard]] SparseRows rows(std::span<const std::string_view> texts) const;

 private:
  NgramOptions options_;
  std::vector<std::uint64_t> hashes_;  ///< ascending
  std::vector<std::uint32_t> counts_;  ///< of texts, by column
  std::vector<std::uint32_t> firsts_;  ///< first column of each value of the top 16 bits
};

}  // namespace cineloom
