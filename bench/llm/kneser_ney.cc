#include "kneser_ney.h"

#include <algorithm>
#include <cmath>

namespace cineloom::bench {

// Tokens are below 2^12, so five of them and a mark for their number fit into 64 bits.
KneserNey::Key KneserNey::key_of(std::span<const std::int32_t> tokens) {
  Key key = 1;
  for (const std::int32_t token : tokens) key = key << 12U | static_cast<Key>(token);
  return key;
}

void KneserNey::add(std::span<const std::int32_t> tokens, std::size_t begin) {
  for (std::size_t at = begin; at < tokens.size(); ++at) {
    const std::size_t longest = std::min<std::size_t>(kOrder, at + 1);
    // The highest order that fits counts occurrences; a lower one counts, once for each kind, what stands before it.
    for (std::size_t n = longest; n >= 1; --n) {
      const auto gram = tokens.subspan(at + 1 - n, n);
      const bool is_new = ++counts_[n - 1][key_of(gram)] == 1;
      if (!is_new) break;
    }
  }
}

void KneserNey::finish() {
  for (int n = 1; n <= kOrder; ++n) {
    const auto& counts = counts_[static_cast<std::size_t>(n - 1)];
    double once = 0;
    double twice = 0;
    for (const auto& [key, count] : counts) {
      Context& context = contexts_[static_cast<std::size_t>(n - 1)][key >> 12U];
      context.total += count;
      context.kinds += 1;
      once += count == 1 ? 1 : 0;
      twice += count == 2 ? 1 : 0;
    }
    discounts_[static_cast<std::size_t>(n - 1)] = once > 0 ? once / (once + 2 * twice) : 0.5;
  }
}

double KneserNey::probability(int order, std::span<const std::int32_t> tokens, std::size_t at) const {
  if (order == 0) return 1.0 / static_cast<double>(vocabulary_);
  const auto n = static_cast<std::size_t>(order);
  const double shorter = probability(order - 1, tokens, at);
  if (at + 1 < n) return shorter;
  const Key key = key_of(tokens.subspan(at + 1 - n, n));
  const auto context = contexts_[n - 1].find(key >> 12U);
  if (context == contexts_[n - 1].end()) return shorter;
  const auto found = counts_[n - 1].find(key);
  const double count = found == counts_[n - 1].end() ? 0 : found->second;
  const double discount = discounts_[n - 1];
  return (std::max(count - discount, 0.0) + discount * context->second.kinds * shorter) / context->second.total;
}

double KneserNey::log_probability(std::span<const std::int32_t> tokens, std::size_t at) const { return std::log(probability(kOrder, tokens, at)); }

}  // namespace cineloom::bench
