#include "fuse/internal/scene_bounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace cineloom::fuse {
namespace {

// A fade or dissolve is how films like to change scenes, so it beats a cut that lies nearer to the middle.
constexpr double kGradualBonus = 0.5;
constexpr double kNewPalette = 0.35;
// A new place has new colours: what a change of palette is worth beside lying in the middle.
constexpr double kPaletteBonus = 3;
constexpr FilmTime kShortestScene{4000};

bool is_gradual(TransitionKind kind) {
  return kind == TransitionKind::Dissolve || kind == TransitionKind::FadeIn || kind == TransitionKind::FadeOut || kind == TransitionKind::Wipe;
}

std::array<double, 3> rgb(const std::string& color) {
  std::array<double, 3> channels{};
  for (std::size_t i = 0; i < 3 && color.size() == 7; ++i) {
    channels[i] = static_cast<double>(std::strtol(color.substr(1 + 2 * i, 2).c_str(), nullptr, 16)) / 255;
  }
  return channels;
}

/// Mean distance from each colour to its nearest in the other palette, weighted by share; 0 same .. about 1.7.
double palette_distance(const std::vector<PaletteColor>& a, const std::vector<PaletteColor>& b) {
  double sum = 0;
  double shares = 0;
  for (const PaletteColor& from : a) {
    double nearest = 2;
    for (const PaletteColor& to : b) {
      const auto x = rgb(from.color);
      const auto y = rgb(to.color);
      nearest = std::min(nearest, std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]));
    }
    sum += from.share * nearest;
    shares += from.share;
  }
  return shares > 0 ? sum / shares : 0;
}

/// The best shot boundary inside [from, to]; nothing if there is none.
std::optional<FilmTime> boundary_between(std::span<const Shot> shots, FilmTime from, FilmTime to) {
  std::optional<FilmTime> best;
  double best_score = -1;
  const double middle = static_cast<double>((from + to).count()) / 2;
  const double half = std::max(1.0, static_cast<double>((to - from).count()) / 2);
  for (std::size_t i = 1; i < shots.size(); ++i) {
    const Shot& shot = shots[i];
    if (shot.begin <= from || shot.begin > to || shot.transition_in == TransitionKind::Start) continue;
    const double centred = 1 - std::abs(static_cast<double>(shot.begin.count()) - middle) / half;
    const double score = centred + (is_gradual(shot.transition_in) ? kGradualBonus : 0) + kPaletteBonus * palette_distance(shots[i - 1].palette, shot.palette);
    if (score <= best_score) continue;
    best_score = score;
    best = shot.begin;
  }
  return best;
}

/// Which of the script's scenes nobody speaks in, in sections of which something is heard.
std::vector<bool> silent_scenes(const Script& script, std::span<const HeardScene> heard) {
  std::set<int> heard_sections;
  for (const HeardScene& one : heard) heard_sections.insert(script.scenes[one.scene].section);
  std::vector<bool> is_silent(script.scenes.size());
  for (std::size_t i = 0; i < is_silent.size(); ++i) is_silent[i] = heard_sections.contains(script.scenes[i].section);
  for (const Speech& speech : script.speeches) {
    if (speech.scene >= 0) is_silent[static_cast<std::size_t>(speech.scene)] = false;
  }
  return is_silent;
}

Scene scene_of(const ScriptScene& scene) {
  return {.heading = scene.heading, .setting = scene.setting, .place = scene.place, .time_of_day = scene.time_of_day, .action = scene.action};
}

/// A scene on its way to its bounds.
struct Placed {
  std::size_t script_scene = 0;
  const HeardScene* heard = nullptr;  ///< null = silent
  double weight = 1;
};

/// Beginnings for the scenes [first, last) that share the time [from, to] between two heard scenes.
void share_gap(std::span<const Placed> placed, std::size_t first, std::size_t last, FilmTime from, FilmTime to, std::span<const Shot> shots,
               std::vector<Scene>& scenes) {
  double total = 1;
  for (std::size_t i = first; i < last; ++i) total += placed[i].weight;
  FilmTime at = from;
  double before = 0.5;
  for (std::size_t i = first; i <= last && i < scenes.size(); ++i) {
    const auto wanted = from + FilmTime(std::llround(static_cast<double>((to - from).count()) * before / total));
    const FilmTime slack = (to - from) / static_cast<int>(2 * (last - first + 1));
    const auto snapped = boundary_between(shots, std::max(at, wanted - slack), std::min(to, wanted + slack));
    scenes[i].begin = snapped.value_or(std::max(at, wanted));
    scenes[i].confidence = snapped ? 0.5 : 0.3;
    at = scenes[i].begin;
    if (i < last) before += placed[i].weight;
  }
}

void find_bounds(std::span<const Placed> placed, std::span<const Shot> shots, FilmTime duration, std::vector<Scene>& scenes) {
  FilmTime from{0};
  for (std::size_t i = 0; i < placed.size();) {
    std::size_t next = i;
    while (next < placed.size() && !placed[next].heard) ++next;
    const FilmTime to = next < placed.size() ? placed[next].heard->begin : duration;
    if (next == i && i > 0) {
      const auto boundary = boundary_between(shots, from, to);
      scenes[i].begin = boundary.value_or((from + to) / 2);
      scenes[i].confidence = boundary ? 0.9 : 0.5;
    } else if (next > i) {
      share_gap(placed, i, next, from, to, shots, scenes);
    }
    if (next < placed.size()) from = placed[next].heard->end;
    i = next + 1;
  }
  if (!scenes.empty()) scenes.front().begin = FilmTime(0);
  // Cues may overlap, scenes do not.
  for (std::size_t i = 1; i < scenes.size(); ++i) scenes[i].begin = std::max(scenes[i].begin, scenes[i - 1].begin);
  for (std::size_t i = 0; i < scenes.size(); ++i) scenes[i].end = i + 1 < scenes.size() ? scenes[i + 1].begin : duration;
}

}  // namespace

std::vector<Scene> place_scenes(const Script& script, std::span<const HeardScene> heard, const VideoFindings* video, FilmTime duration,
                                std::vector<int>& index_of) {
  std::vector<bool> is_waiting = silent_scenes(script, heard);
  std::vector<Placed> placed;
  const auto place_silent = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      if (is_waiting[i]) placed.push_back({.script_scene = i, .weight = script.scenes[i].weight});
      is_waiting[i] = false;
    }
  };
  index_of.clear();
  for (const HeardScene& one : heard) {
    // Silent scenes belong between two heard ones only where the film follows the script there.
    place_silent(placed.empty() ? 0 : placed.back().script_scene + 1, one.scene);
    index_of.push_back(static_cast<int>(placed.size()));
    placed.push_back({.script_scene = one.scene, .heard = &one, .weight = script.scenes[one.scene].weight});
  }
  if (!placed.empty()) place_silent(placed.back().script_scene + 1, script.scenes.size());
  std::vector<Scene> scenes;
  for (const Placed& one : placed) {
    scenes.push_back(scene_of(script.scenes[one.script_scene]));
    scenes.back().is_interpolated = one.heard == nullptr;
  }
  find_bounds(placed, video == nullptr ? std::span<const Shot>() : std::span<const Shot>(video->shots), duration, scenes);
  return scenes;
}

std::vector<Scene> scenes_from_shots(const VideoFindings& video) {
  std::vector<Scene> scenes;
  for (std::size_t i = 0; i < video.shots.size(); ++i) {
    const Shot& shot = video.shots[i];
    const bool is_long_enough = !scenes.empty() && shot.begin - scenes.back().begin >= kShortestScene;
    const bool is_new_look = i > 0 && palette_distance(shot.palette, video.shots[i - 1].palette) > kNewPalette;
    if (scenes.empty() || (is_long_enough && (is_gradual(shot.transition_in) || is_new_look))) {
      scenes.push_back({.begin = shot.begin, .confidence = is_gradual(shot.transition_in) ? 0.5 : 0.3});
    }
    scenes.back().end = shot.end;
  }
  return scenes;
}

void number_shots(std::vector<Scene>& scenes, std::span<const Shot> shots) {
  for (Scene& scene : scenes) {
    const auto first = std::ranges::lower_bound(shots, scene.begin, {}, &Shot::begin);
    const auto last = std::ranges::lower_bound(shots, scene.end, {}, &Shot::begin);
    scene.first_shot = static_cast<int>(std::min<std::ptrdiff_t>(first - shots.begin(), std::max<std::ptrdiff_t>(std::ssize(shots) - 1, 0)));
    scene.last_shot = std::max(scene.first_shot, static_cast<int>(last - shots.begin()) - 1);
  }
}

}  // namespace cineloom::fuse
