#include "fuse/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "fuse/internal/scene_bounds.h"
#include "fuse/internal/script_scenes.h"
#include "fuse/internal/words.h"

namespace cineloom {
namespace {

using fuse::HeardSpan;
using fuse::Script;
using fuse::Speech;

// Below this share of cues found in the screenplay, it is a draft of another film.
constexpr double kOtherDraft = 0.1;
// A cue belongs to a speech when this share of its words is found there.
constexpr double kOwnedShare = 0.4;

/// All words of one side and which piece each came from.
struct Words {
  std::vector<std::string> words;
  std::vector<int> piece;
};

template <class Pieces, class Text>
Words collect_words(const Pieces& pieces, Text text) {
  Words all;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::string& word : fuse::words_of(text(pieces[i]))) {
      all.words.push_back(std::move(word));
      all.piece.push_back(static_cast<int>(i));
    }
  }
  return all;
}

/// A cue may hold two speakers, each on a line that begins with a dash.
std::vector<Line> split_cue(const Cue& cue) {
  std::vector<Line> lines;
  std::string_view rest = cue.text;
  while (!rest.empty()) {
    const auto end = rest.find("\n-");
    std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (part.starts_with('-') || part.starts_with(' ')) part.remove_prefix(1);
    std::string text(part);
    std::ranges::replace(text, '\n', ' ');
    lines.push_back({.begin = cue.begin, .end = cue.end, .speaker = cue.speaker, .text = std::move(text)});
  }
  // The time of a shared cue is shared by the length of what is said.
  double total = 0;
  for (const Line& line : lines) total += static_cast<double>(line.text.size());
  FilmTime at = cue.begin;
  for (Line& line : lines) {
    const double share = total > 0 ? static_cast<double>(line.text.size()) / total : 1;
    line.begin = at;
    at += FilmTime(static_cast<std::int64_t>(share * static_cast<double>((cue.end - cue.begin).count())));
    line.end = &line == &lines.back() ? cue.end : at;
  }
  return lines;
}

std::vector<Line> lines_of(std::span<const Cue> cues) {
  std::vector<Line> lines;
  for (const Cue& cue : cues) {
    for (Line& line : split_cue(cue)) lines.push_back(std::move(line));
  }
  return lines;
}

/// Which speech each line belongs to, with the share of its words found there.
struct Owner {
  int speech = -1;
  double share = 0;
};

std::vector<Owner> find_owners(std::span<const Line> lines, const Script& script) {
  const Words heard = collect_words(lines, [](const Line& line) { return std::string_view(line.text); });
  const Words written = collect_words(script.speeches, [](const Speech& speech) { return std::string_view(speech.text); });
  const std::vector<int> matches = fuse::align_words(heard.words, written.words);
  std::vector<std::map<int, int>> votes(lines.size());
  std::vector<int> counts(lines.size(), 0);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const auto line = static_cast<std::size_t>(heard.piece[i]);
    ++counts[line];
    if (matches[i] >= 0) ++votes[line][written.piece[static_cast<std::size_t>(matches[i])]];
  }
  std::vector<Owner> owners(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const auto& [speech, count] : votes[i]) {
      const double share = static_cast<double>(count) / counts[i];
      if (share > owners[i].share) owners[i] = {.speech = speech, .share = share};
    }
    if (owners[i].share < kOwnedShare) owners[i].speech = -1;
  }
  return owners;
}

std::vector<std::optional<HeardSpan>> heard_scenes(std::span<const Line> lines, std::span<const Owner> owners, const Script& script) {
  std::vector<std::optional<HeardSpan>> heard(script.scenes.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (owners[i].speech < 0) continue;
    const int scene = script.speeches[static_cast<std::size_t>(owners[i].speech)].scene;
    if (scene < 0) continue;
    auto& span = heard[static_cast<std::size_t>(scene)];
    if (!span) span = HeardSpan{.begin = lines[i].begin, .end = lines[i].end};
    span->begin = std::min(span->begin, lines[i].begin);
    span->end = std::max(span->end, lines[i].end);
  }
  return heard;
}

void name_speakers(std::vector<Line>& lines, std::span<const Owner> owners, const Script& script, std::span<const int> index_of) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (owners[i].speech < 0) continue;
    const Speech& speech = script.speeches[static_cast<std::size_t>(owners[i].speech)];
    lines[i].speaker = speech.speaker;
    lines[i].confidence = owners[i].share;
    if (speech.scene >= 0) lines[i].scene = index_of[static_cast<std::size_t>(speech.scene)];
  }
}

/// Lines without a scene get the one that plays while they are spoken; scenes get the names of those who speak in them.
void join_lines_and_scenes(Timeline& timeline) {
  for (Line& line : timeline.lines) {
    for (std::size_t i = 0; i < timeline.scenes.size() && line.scene < 0; ++i) {
      const Scene& scene = timeline.scenes[i];
      if (line.begin >= scene.begin && line.begin < scene.end) line.scene = static_cast<int>(i);
    }
    if (line.scene < 0 || line.speaker.empty()) continue;
    auto& names = timeline.scenes[static_cast<std::size_t>(line.scene)].characters;
    if (std::ranges::find(names, line.speaker) == names.end()) names.push_back(line.speaker);
  }
}

double coverage_of(std::span<const Owner> owners) {
  const auto found = std::ranges::count_if(owners, [](const Owner& owner) { return owner.speech >= 0; });
  return owners.empty() ? 0 : static_cast<double>(found) / static_cast<double>(owners.size());
}

FilmTime duration_of(const TimelineSources& sources) {
  const FilmTime seen = sources.video == nullptr ? FilmTime(0) : sources.video->duration;
  return std::max(seen, sources.cues.empty() ? FilmTime(0) : sources.cues.back().end);
}

/// Puts the screenplay's scenes and names in; leaves the timeline without scenes if it does not fit the film.
void add_screenplay(const TimelineSources& sources, Timeline& timeline) {
  const Script script = fuse::read_script(*sources.screenplay);
  const std::vector<Owner> owners = find_owners(timeline.lines, script);
  timeline.dialogue_coverage = coverage_of(owners);
  if (timeline.dialogue_coverage < kOtherDraft) {
    timeline.warnings.push_back(
        fmt::format("the screenplay was left out: only {:.0f} % of the lines are found in it, so it is "
                    "another film's, another draft's or in another language",
                    100 * timeline.dialogue_coverage));
    return;
  }
  std::vector<int> index_of;
  timeline.scenes = fuse::place_scenes(script, heard_scenes(timeline.lines, owners, script), sources.video, duration_of(sources), index_of);
  name_speakers(timeline.lines, owners, script, index_of);
}

}  // namespace

Expected<Timeline> fuse_timeline(const TimelineSources& sources, const CancelToken& cancel) {
  const bool has_shots = sources.video != nullptr && !sources.video->shots.empty();
  if (sources.cues.empty() && !has_shots) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are neither subtitles nor shots to put on a timeline")
                               .advise("give a film that can be decoded, or subtitles"));
  }
  CINELOOM_TRY(cancel.check());
  Timeline timeline{.lines = lines_of(sources.cues)};
  if (sources.screenplay != nullptr && sources.cues.empty()) {
    timeline.warnings.emplace_back("the screenplay was left out: without subtitles its lines have no times");
  } else if (sources.screenplay != nullptr) {
    add_screenplay(sources, timeline);
  }
  CINELOOM_TRY(cancel.check());
  if (timeline.scenes.empty() && has_shots) timeline.scenes = fuse::scenes_from_shots(*sources.video);
  join_lines_and_scenes(timeline);
  if (has_shots) fuse::number_shots(timeline.scenes, sources.video->shots);
  return timeline;
}

}  // namespace cineloom
