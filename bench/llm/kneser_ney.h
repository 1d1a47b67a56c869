#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace cineloom::bench {

/// An interpolated Kneser-Ney model of five tokens (Chen and Goodman 1999), with one discount per order.
class KneserNey {
 public:
  static constexpr int kOrder = 5;

  explicit KneserNey(std::size_t vocabulary) : vocabulary_(vocabulary) {}

  /// Counts a text; only tokens from `begin` on are learned, those before are what they follow.
  void add(std::span<const std::int32_t> tokens, std::size_t begin);
  /// After all texts.
  void finish();
  /// ln p(tokens[at] | tokens before it).
  [[nodiscard]] double log_probability(std::span<const std::int32_t> tokens, std::size_t at) const;

 private:
  struct Context {
    double total = 0;     ///< of its counts
    double kinds = 0;     ///< of different tokens behind it
  };
  using Key = std::uint64_t;

  [[nodiscard]] double probability(int order, std::span<const std::int32_t> tokens, std::size_t at) const;
  static Key key_of(std::span<const std::int32_t> tokens);

  std::size_t vocabulary_;
  std::array<std::unordered_map<Key, std::uint32_t>, kOrder> counts_;  ///< [n - 1]: of n tokens; below the highest, of left neighbours
  std::array<std::unordered_map<Key, Context>, kOrder> contexts_;
  std::array<double, kOrder> discounts_{};
};

}  // namespace cineloom::bench
