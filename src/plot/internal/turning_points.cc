#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "plot/internal/parts.h"
#include "plot/internal/sentences.h"

namespace cineloom::plot {
namespace {

/// Where each point lies in films as a share of the running time (mean and spread of annotated synopses).
struct Expected {
  TurningPointKind kind;
  double position;
  double spread;
};
constexpr std::array<Expected, 5> kExpected = {{{TurningPointKind::Opportunity, 0.11, 0.07},
                                                {TurningPointKind::ChangeOfPlans, 0.32, 0.10},
                                                {TurningPointKind::PointOfNoReturn, 0.50, 0.10},
                                                {TurningPointKind::MajorSetback, 0.70, 0.10},
                                                {TurningPointKind::Climax, 0.86, 0.07}}};

/// What is measured where a point may lie.
struct Candidate {
  FilmTime at{0};
  int scene = 0;
  double swing = 0;       ///< valence after minus before
  double tension = 0;
  bool is_new_face = false;
  int events = 0;
};

std::vector<Candidate> find_candidates(const Timeline& timeline, const Arc& arc, FilmTime duration, std::span<const PlotEvent> events) {
  std::vector<Candidate> candidates;
  std::set<std::string> seen;
  const FilmTime window = duration / 20;
  const auto add = [&](FilmTime at, int scene, bool is_new_face) {
    const auto near = std::ranges::count_if(events, [&](const PlotEvent& event) { return std::chrono::abs(event.at - at) < window / 2; });
    candidates.push_back({.at = at,
                          .scene = scene,
                          .swing = arc_at(arc, at + window).valence - arc_at(arc, at - window).valence,
                          .tension = arc_at(arc, at).tension,
                          .is_new_face = is_new_face,
                          .events = static_cast<int>(near)});
  };
  for (std::size_t i = 0; i < timeline.scenes.size(); ++i) {
    const Scene& scene = timeline.scenes[i];
    bool is_new_face = false;
    for (const std::string& name : scene.characters) is_new_face = seen.insert(name).second || is_new_face;
    add(scene.begin, static_cast<int>(i), is_new_face && i > 0);
    for (const PlotEvent& event : events) {
      if (event.scene == static_cast<int>(i)) add(event.at, event.scene, false);
    }
  }
  std::ranges::stable_sort(candidates, {}, &Candidate::at);
  return candidates;
}

double score(const Candidate& candidate, const Expected& expected, FilmTime duration) {
  const double position = static_cast<double>(candidate.at.count()) / static_cast<double>(std::max<std::int64_t>(duration.count(), 1));
  const double offset = (position - expected.position) / expected.spread;
  const bool is_setback = expected.kind == TurningPointKind::MajorSetback;
  const bool is_climax = expected.kind == TurningPointKind::Climax;
  return -0.5 * offset * offset + (is_setback ? -1.5 * candidate.swing : std::abs(candidate.swing)) + (is_climax ? 2.0 : 0.5) * candidate.tension +
         (candidate.is_new_face ? 0.4 : 0) + std::min(candidate.events, 3) * 0.15;
}

std::string why(const Candidate& candidate) {
  std::string text =
      fmt::format("valence {} by {:.2f}, tension {:.2f}", candidate.swing >= 0 ? "rises" : "falls", std::abs(candidate.swing), candidate.tension);
  if (candidate.is_new_face) text += ", somebody new speaks";
  if (candidate.events > 0) text += fmt::format(", {} event{} near", candidate.events, candidate.events == 1 ? "" : "s");
  return text;
}

}  // namespace

ArcPoint arc_at(const Arc& arc, FilmTime time) {
  if (arc.empty()) return {.at = time};
  const auto after = std::ranges::lower_bound(arc, time, {}, &ArcPoint::at);
  if (after == arc.begin()) return arc.front();
  if (after == arc.end()) return arc.back();
  const ArcPoint& before = *(after - 1);
  const double share = static_cast<double>((time - before.at).count()) / static_cast<double>(std::max<std::int64_t>((after->at - before.at).count(), 1));
  return {.at = time, .valence = std::lerp(before.valence, after->valence, share), .tension = std::lerp(before.tension, after->tension, share)};
}

// best[k][c]: the best sum of scores with point k at candidate c and the points before it earlier.
std::vector<TurningPoint> find_turning_points(const Timeline& timeline, const Arc& arc, FilmTime duration, std::span<const PlotEvent> events) {
  const std::vector<Candidate> candidates = find_candidates(timeline, arc, duration, events);
  if (candidates.size() < kExpected.size()) return {};
  constexpr double kImpossible = -1e9;
  std::vector<std::vector<double>> best(kExpected.size(), std::vector<double>(candidates.size(), kImpossible));
  std::vector<std::vector<std::size_t>> came_from(kExpected.size(), std::vector<std::size_t>(candidates.size(), 0));
  for (std::size_t k = 0; k < kExpected.size(); ++k) {
    double reach = k == 0 ? 0 : kImpossible;
    std::size_t from = 0;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      best[k][c] = reach + score(candidates[c], kExpected[k], duration);
      came_from[k][c] = from;
      if (k > 0 && best[k - 1][c] > reach && (c + 1 == candidates.size() || candidates[c + 1].at > candidates[c].at)) {
        reach = best[k - 1][c];
        from = c;
      }
    }
  }
  auto at = static_cast<std::size_t>(std::ranges::max_element(best.back()) - best.back().begin());
  std::vector<TurningPoint> points(kExpected.size());
  for (std::size_t k = kExpected.size(); k-- > 0;) {
    points[k] = {.kind = kExpected[k].kind, .at = candidates[at].at, .scene = candidates[at].scene, .why = why(candidates[at])};
    at = came_from[k][at];
  }
  return points;
}

std::string write_synopsis(const Timeline& timeline, std::span<const PlotEvent> events, std::span<const TurningPoint> turns) {
  std::vector<std::string> sentences;
  const auto add = [&](std::string_view sentence) {
    if (!sentence.empty() && std::ranges::find(sentences, sentence) == sentences.end()) sentences.emplace_back(sentence);
  };
  if (!timeline.scenes.empty()) {
    const auto first = sentences_of(timeline.scenes.front().action);
    for (std::size_t i = 0; i < std::min<std::size_t>(first.size(), 2); ++i) add(first[i]);
  }
  for (const TurningPoint& turn : turns) {
    const auto nearest = std::ranges::min_element(events, {}, [&](const PlotEvent& event) { return std::chrono::abs(event.at - turn.at); });
    if (nearest != events.end()) add(nearest->evidence);
  }
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : " ") + sentence;
  return text;
}

}  // namespace cineloom::plot
