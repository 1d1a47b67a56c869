#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/files.h"
#include "domain/timeline.h"

/// Shots that people marked, and how findings are scored against them. Frames count from 0 in presentation order.
namespace cineloom::testing {

/// A change of shot: a cut at its first new frame, or the frames [first, last] of a transition.
struct ShotEvent {
  std::int64_t first = 0;
  std::int64_t last = 0;
  [[nodiscard]] bool is_hard() const { return first == last; }
};

/// Only detections in (begin, end] count.
struct ShotTruth {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::vector<ShotEvent> events;
};

struct ShotScore {
  int hits = 0;
  int false_alarms = 0;
  int misses = 0;
  int gradual_hits = 0;
  int gradual_events = 0;
  [[nodiscard]] double f1() const { return 2.0 * hits / std::max(1, 2 * hits + false_alarms + misses); }
  void add(const ShotScore& other) {
    hits += other.hits;
    false_alarms += other.false_alarms;
    misses += other.misses;
    gradual_hits += other.gradual_hits;
    gradual_events += other.gradual_events;
  }
};

/// Reads a file of ../shared/data/films/*.shots.json; without events if it is not there.
inline ShotTruth read_shot_truth(const std::filesystem::path& path) {
  const auto text = read_file(path);
  ShotTruth truth;
  if (!text) return truth;
  const auto value = boost::json::parse(*text);
  truth.begin = value.at("range").at(0).as_int64();
  truth.end = value.at("range").at(1).as_int64();
  for (const auto& event : value.at("events").as_array()) truth.events.push_back({event.at(0).as_int64(), event.at(1).as_int64()});
  return truth;
}

/// Cuts within one frame, transitions within three, one to one, nearest first; what else lies inside a transition is passed over.
inline ShotScore score_shots(std::vector<std::int64_t> detections, const ShotTruth& truth) {
  std::erase_if(detections, [&](std::int64_t at) { return at <= truth.begin || at > truth.end; });
  ShotScore result;
  std::vector<ShotEvent> open = truth.events;
  for (const std::int64_t slack : {0, 1}) {
    std::erase_if(open, [&](const ShotEvent& event) {
      const auto hit = std::ranges::find_if(detections, [&](std::int64_t at) { return event.is_hard() && std::abs(at - event.first) == slack; });
      if (hit == detections.end()) return false;
      detections.erase(hit);
      ++result.hits;
      return true;
    });
  }
  for (const ShotEvent& event : truth.events) {
    if (event.is_hard()) continue;
    ++result.gradual_events;
    const auto inside = std::ranges::remove_if(detections, [&](std::int64_t at) { return at >= event.first - 3 && at <= event.last + 3; });
    if (!inside.empty()) ++result.gradual_hits;
    detections.erase(inside.begin(), inside.end());
  }
  result.misses = static_cast<int>(std::ranges::count_if(open, &ShotEvent::is_hard)) + result.gradual_events - result.gradual_hits;
  result.hits += result.gradual_hits;
  result.false_alarms = static_cast<int>(detections.size());
  return result;
}

/// Where each shot but the first begins; of a transition its middle.
inline std::vector<std::int64_t> detections_of(const VideoFindings& findings) {
  std::vector<std::int64_t> detections;
  for (std::size_t i = 1; i < findings.shots.size(); ++i) {
    const Shot& shot = findings.shots[i];
    const bool is_gradual = shot.transition_first && shot.transition_last;
    detections.push_back(is_gradual ? (shot.transition_first->ordinal + shot.transition_last->ordinal) / 2 : shot.first.ordinal);
  }
  return detections;
}

/// The truth that the demo film was drawn from.
inline ShotTruth read_demo_truth(const std::filesystem::path& path) {
  const auto text = read_file(path);
  ShotTruth truth;
  if (!text) return truth;
  const auto value = boost::json::parse(*text);
  truth.end = value.at("frames").as_int64();
  for (const auto& shot : value.at("shots").as_array()) {
    const std::int64_t first = shot.at("first").as_int64();
    if (first == 0) continue;
    const bool is_cut = shot.at("transition_last").is_null();
    truth.events.push_back({first, is_cut ? first : shot.at("transition_last").as_int64()});
  }
  return truth;
}

}  // namespace cineloom::testing
