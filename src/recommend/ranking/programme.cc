#include "recommend/ranking/programme.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace cineloom {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

}  // namespace

// best[n][m]: the greatest sum of n films within m minutes; taken remembers for each film where it improved that.
std::vector<std::size_t> best_programme(std::span<const double> scores, std::span<const std::chrono::minutes> minutes, std::size_t count,
                                        std::chrono::minutes limit) {
  if (count == 0 || limit.count() <= 0) return {};
  const auto width = static_cast<std::size_t>(limit.count()) + 1;
  std::vector<double> best((count + 1) * width, kImpossible);
  std::fill_n(best.begin(), width, 0.0);
  std::vector<std::uint8_t> taken(scores.size() * (count + 1) * width, 0);
  for (std::size_t film = 0; film < scores.size(); ++film) {
    const auto length = static_cast<std::size_t>(minutes[film].count());
    for (std::size_t n = count; n >= 1; --n) {
      for (std::size_t m = width; m-- > length;) {
        const double with = best[(n - 1) * width + m - length] + scores[film];
        if (with <= best[n * width + m]) continue;
        best[n * width + m] = with;
        taken[(film * (count + 1) + n) * width + m] = 1;
      }
    }
  }
  if (best[count * width + width - 1] == kImpossible) return {};
  std::vector<std::size_t> chosen;
  std::size_t left = width - 1;
  for (std::size_t film = scores.size(); film-- > 0 && chosen.size() < count;) {
    if (taken[(film * (count + 1) + count - chosen.size()) * width + left] == 0) continue;
    chosen.push_back(film);
    left -= static_cast<std::size_t>(minutes[film].count());
  }
  std::ranges::stable_sort(chosen, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return chosen;
}

}  // namespace cineloom
