#include "recommend/internal/training_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/memory.h"
#include "recommend/internal/blend.h"

namespace cineloom {
namespace {

// Counted from what is held at once, with a margin; not measured. A million films without their descriptions take some 2.7 GiB.
constexpr std::uint64_t kBytesPerFilm = 1500;   // descriptions, content rows, posting lists
constexpr std::uint64_t kBytesPerEvent = 160;   // pasts twice, cells, both orders of the matrices
constexpr std::uint64_t kLikesCopies = 4;       // factors on their way, turned, as predicted
constexpr std::uint64_t kStarsBytes = 600;      // a film in the sampler and in the samples kept
constexpr std::uint64_t kProbeBytes = 60;       // a film in one probe's answers, while the blend is chosen and the visit's weight after it
constexpr std::uint64_t kLeastForTogether = 1000;  // films; fewer say nothing that the factors do not

std::uint64_t estimate_of(const TasteOptions& options, std::uint64_t films, std::uint64_t events) {
  const std::uint64_t likes = kLikesCopies * sizeof(float) * static_cast<std::uint64_t>(options.likes.factors);
  const std::uint64_t probes = kProbeBytes * most_probed(options.most_probed, films);
  return films * (kBytesPerFilm + kStarsBytes + likes + probes) + events * kBytesPerEvent;
}

}  // namespace

Expected<TasteOptions> within_memory(TasteOptions options, std::size_t films, std::size_t events) {
  if (options.memory_budget == 0) options.memory_budget = available_memory() / 4 * 3;
  if (options.memory_budget == 0) return options;  // nobody knows; the parts have limits of their own
  const std::uint64_t estimate = estimate_of(options, films, events);
  if (estimate > options.memory_budget) {
    return std::unexpected(Error(ErrorCode::ResourceExhausted, fmt::format("learning from {} films and {} events needs some {} MiB, {} MiB may be used", films,
                                                                           events, (estimate >> 20U) + 1, options.memory_budget >> 20U))
                               .advise("train on a machine with more memory, or close other programs first"));
  }
  options.together.memory_budget = std::min(options.together.memory_budget, options.memory_budget - estimate);
  options.next.memory_budget = std::min(options.next.memory_budget, options.memory_budget - estimate);
  const double places = std::sqrt(static_cast<double>(options.next.memory_budget) / (2 * sizeof(float)));
  options.next.most_items = std::clamp(static_cast<std::int32_t>(std::min(places, 1e6)), 1, options.next.most_items);
  const auto fitting = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(options.together.memory_budget) / sizeof(float)));
  if (fitting >= kLeastForTogether)
    options.together.most_items = static_cast<std::int32_t>(std::min<std::uint64_t>(fitting, static_cast<std::uint64_t>(options.together.most_items)));
  return options;
}

}  // namespace cineloom
