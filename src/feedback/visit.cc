#include "feedback/visit.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_set>

namespace cineloom {
namespace {

constexpr double kNeutralStars = 3;
// Leanings are shrunk as if as much had been said of a genre in neither direction.
constexpr double kDoubt = 1;

/// -1 away from the film .. 1 towards it; nothing for what is no word on it.
std::optional<double> signal_of(const Event& event) {
  switch (event.kind) {
    case EventKind::Like: return 1;
    case EventKind::Wish: return 0.5;
    case EventKind::Watch: return 0.5;
    case EventKind::Skip: return -0.3;
    case EventKind::Hide: return -1;
    case EventKind::Abandon: return 0.5 * (event.value.value_or(0) - 1);
    case EventKind::Rate: return std::clamp((event.value.value_or(kNeutralStars) - kNeutralStars) / 2, -1.0, 1.0);
    case EventKind::Unhide: return std::nullopt;
  }
  return std::nullopt;
}

std::span<const Event> of_the_visit(std::span<const Event> events, Timestamp now, std::chrono::minutes gap) {
  const auto end = std::ranges::upper_bound(events, now, {}, &Event::at);
  auto begin = end;
  for (Timestamp later = now; begin != events.begin() && later - std::prev(begin)->at <= gap; --begin) later = std::prev(begin)->at;
  return {begin, end};
}

struct Leaning {
  double sum = 0;
  double weight = 0;
};

}  // namespace

Visit present_visit(std::span<const Event> events, Timestamp now, const GenresOf& genres, const VisitOptions& options) {
  const std::span<const Event> own = of_the_visit(events, now, options.gap);
  Visit visit{.begin = own.empty() ? now : own.front().at, .taken = {}, .passed_over = {}, .leanings = {}};
  std::unordered_set<FilmId> heard;
  std::map<std::string, Leaning> leanings;
  double weight = 1;
  for (auto event = own.rbegin(); event != own.rend(); ++event) {
    const auto signal = signal_of(*event);
    if (!signal || !std::isfinite(*signal) || !heard.insert(event->film).second) continue;
    (*signal >= 0 ? visit.taken : visit.passed_over).push_back(event->film);
    for (const std::string& genre : genres(event->film)) {
      leanings[genre].sum += weight * *signal;
      leanings[genre].weight += weight;
    }
    weight *= options.fading;
  }
  for (const auto& [genre, leaning] : leanings) visit.leanings[genre] = leaning.sum / (leaning.weight + kDoubt);
  return visit;
}

}  // namespace cineloom
