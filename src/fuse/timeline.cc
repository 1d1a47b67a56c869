#include "fuse/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "fuse/internal/face_names.h"
#include "fuse/internal/place_lines.h"
#include "fuse/internal/scene_bounds.h"
#include "fuse/internal/script_scenes.h"
#include "fuse/internal/spoken_lines.h"
#include "fuse/internal/words.h"

namespace cineloom {
namespace {

using fuse::HeardScene;
using fuse::Placement;
using fuse::Script;
using fuse::Speech;
using fuse::WordList;

// Runs of four words that subtitles share with a screenplay: final drafts share half of them, drafts of other years or other
// films a twentieth at most.
constexpr double kOtherDraft = 0.10;
constexpr double kFinalDraft = 0.45;
// Lines that speak of another scene for so long have gone there; fewer were only misplaced or cut in.
constexpr int kLinesOfAScene = 2;
constexpr double kSureOfSpeaker = 0.6;

std::vector<WordList> words_of_lines(std::span<const Line> lines) {
  std::vector<WordList> words(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind != LineKind::Sound) words[i] = fuse::words_of(lines[i].text);
  }
  return words;
}

std::vector<WordList> words_of_speeches(const Script& script) {
  std::vector<WordList> words(script.speeches.size());
  std::ranges::transform(script.speeches, words.begin(), [](const Speech& speech) { return fuse::words_of(speech.text); });
  return words;
}

/// A run of placed lines in one scene of the script.
struct Run {
  HeardScene heard;
  std::vector<std::size_t> lines;
  bool is_sure = false;  ///< a line in it was found by most of its words
};

std::vector<Run> runs_of(std::span<const Line> lines, std::span<const Placement> placements, const Script& script) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (placements[i].speech < 0) continue;
    const int scene = script.speeches[static_cast<std::size_t>(placements[i].speech)].scene;
    if (scene < 0) continue;
    const auto index = static_cast<std::size_t>(scene);
    if (runs.empty() || runs.back().heard.scene != index)
      runs.push_back({.heard = {.scene = index, .begin = lines[i].begin, .end = lines[i].end}, .lines = {}});
    Run& run = runs.back();
    run.heard.end = std::max(run.heard.end, lines[i].end);
    run.lines.push_back(i);
    run.is_sure = run.is_sure || (placements[i].confidence >= kSureOfSpeaker && !placements[i].is_inferred);
  }
  return runs;
}

/// True if a short run lies inside lines of one other scene, or out of the script's order between its neighbours.
bool is_stray(const std::vector<Run>& runs, std::size_t i) {
  const Run& run = runs[i];
  if (std::ssize(run.lines) >= kLinesOfAScene && run.is_sure) return false;
  if (i == 0 || i + 1 == runs.size()) return !run.is_sure;
  const std::size_t before = runs[i - 1].heard.scene;
  const std::size_t behind = runs[i + 1].heard.scene;
  return before == behind || !run.is_sure || (before < behind && (run.heard.scene < before || run.heard.scene > behind));
}

/// Scenes as they are heard in the film's order: stray runs are taken out, neighbours of one scene joined.
std::vector<Run> heard_scenes(std::vector<Run> runs) {
  std::vector<Run> kept;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (is_stray(runs, i)) continue;
    if (kept.empty() || kept.back().heard.scene != runs[i].heard.scene) {
      kept.push_back(runs[i]);
      continue;
    }
    kept.back().heard.end = std::max(kept.back().heard.end, runs[i].heard.end);
    kept.back().lines.insert(kept.back().lines.end(), runs[i].lines.begin(), runs[i].lines.end());
  }
  return kept;
}

/// A label in the subtitles ("MIRA:") says who speaks better than any alignment.
void name_speakers(std::vector<Line>& lines, std::span<const Placement> placements, const Script& script) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (placements[i].speech < 0) continue;
    const std::string& speaker = script.speeches[static_cast<std::size_t>(placements[i].speech)].speaker;
    const bool has_label = !lines[i].speaker.empty();
    if (has_label && fuse::words_of(lines[i].speaker) != fuse::words_of(speaker)) continue;
    lines[i].speaker = speaker;
    lines[i].confidence = has_label ? 1 : placements[i].confidence;
  }
}

/// Lines without a scene get the one that plays while they are spoken; scenes get the names of those who speak in them.
void join_lines_and_scenes(Timeline& timeline) {
  std::set<std::pair<int, std::string>> named;
  for (std::size_t i = 0; i < timeline.scenes.size(); ++i) {
    for (const std::string& name : timeline.scenes[i].characters) named.emplace(static_cast<int>(i), name);
  }
  for (Line& line : timeline.lines) {
    if (line.scene < 0) {
      const auto found = std::ranges::upper_bound(timeline.scenes, line.begin, {}, &Scene::end);
      if (found != timeline.scenes.end() && line.begin >= found->begin) { line.scene = static_cast<int>(found - timeline.scenes.begin()); }
    }
    if (line.scene < 0 || line.speaker.empty()) continue;
    auto& names = timeline.scenes[static_cast<std::size_t>(line.scene)].characters;
    if (named.emplace(line.scene, line.speaker).second) names.push_back(line.speaker);
  }
}

double coverage_of(std::span<const Line> lines, std::span<const Placement> placements) {
  double spoken = 0;
  double found = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind == LineKind::Sound) continue;
    spoken += 1;
    found += placements[i].speech >= 0 ? 1 : 0;
  }
  return spoken > 0 ? found / spoken : 0;
}

FilmTime duration_of(const TimelineSources& sources) {
  FilmTime duration = sources.video == nullptr ? FilmTime(0) : sources.video->duration;
  for (const Cue& cue : sources.cues) duration = std::max(duration, cue.end);
  return duration;
}

/// Puts the screenplay's scenes and names in; leaves the timeline without scenes if it does not fit the film.
void add_screenplay(const TimelineSources& sources, Timeline& timeline) {
  const Script script = fuse::read_script(*sources.screenplay);
  const std::vector<WordList> heard = words_of_lines(timeline.lines);
  const std::vector<WordList> written = words_of_speeches(script);
  timeline.screenplay_overlap = fuse::shared_runs(heard, written);
  if (timeline.screenplay_overlap <= kOtherDraft) {
    timeline.warnings.push_back(
        fmt::format("the screenplay was left out: it has {:.0f} % of the subtitles' runs of four words, so it is another film's, another draft's or "
                    "in another language",
                    100 * timeline.screenplay_overlap));
    return;
  }
  if (timeline.screenplay_overlap < kFinalDraft) {
    timeline.warnings.push_back(
        fmt::format("the screenplay is not the film's last draft: it has {:.0f} % of the subtitles' runs of four words and was used where it agrees",
                    100 * timeline.screenplay_overlap));
  }
  const std::vector<Placement> placements = fuse::place_lines(heard, written);
  timeline.dialogue_coverage = coverage_of(timeline.lines, placements);
  name_speakers(timeline.lines, placements, script);
  const std::vector<Run> runs = heard_scenes(runs_of(timeline.lines, placements, script));
  std::vector<HeardScene> scenes(runs.size());
  std::ranges::transform(runs, scenes.begin(), &Run::heard);
  std::vector<int> index_of;
  timeline.scenes = fuse::place_scenes(script, scenes, sources.video, duration_of(sources), index_of);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const std::size_t line : runs[i].lines) timeline.lines[line].scene = index_of[i];
  }
}

}  // namespace

Expected<Timeline> fuse_timeline(const TimelineSources& sources, const CancelToken& cancel) {
  const bool has_shots = sources.video != nullptr && !sources.video->shots.empty();
  if (sources.cues.empty() && !has_shots) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are neither subtitles nor shots to put on a timeline")
                               .advise("give a film that can be decoded, or subtitles"));
  }
  CINELOOM_TRY(cancel.check());
  Timeline timeline{.lines = fuse::spoken_lines(sources.cues)};
  if (sources.screenplay != nullptr && sources.cues.empty()) {
    timeline.warnings.emplace_back("the screenplay was left out: without subtitles its lines have no times");
  } else if (sources.screenplay != nullptr) {
    add_screenplay(sources, timeline);
  }
  CINELOOM_TRY(cancel.check());
  if (timeline.scenes.empty() && has_shots) timeline.scenes = fuse::scenes_from_shots(*sources.video);
  join_lines_and_scenes(timeline);
  if (has_shots) fuse::number_shots(timeline.scenes, sources.video->shots);
  if (has_shots) timeline.names = fuse::name_people(timeline.lines, *sources.video);
  return timeline;
}

}  // namespace cineloom
