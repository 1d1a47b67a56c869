// Whatever a media worker says of a film: what is taken can be joined, felt, read as a plot and told to other programs without harm.
// The bytes before the first zero are what it found, those behind it a track of subtitles.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "base/assert.h"
#include "base/cancel.h"
#include "domain/knowledge.h"
#include "fuse/film_export.h"
#include "fuse/timeline.h"
#include "pipeline/worker_answers.h"
#include "plot/plot.h"
#include "sentiment/arc.h"

namespace {

using namespace cineloom;

void check_arc(const Arc& arc) {
  CINELOOM_ASSERT(std::ranges::all_of(arc, [](const ArcPoint& point) { return std::isfinite(point.valence) && std::isfinite(point.tension); }));
}

/// As an analysis of the film goes on with it.
void use(const VideoFindings& video, std::span<const Cue> cues) {
  FilmKnowledge knowledge{.video = video};
  auto timeline = fuse_timeline({.cues = cues, .video = &knowledge.video}, CancelToken());
  if (!timeline) return;
  knowledge.timeline = *std::move(timeline);
  const FilmTime duration = std::max(video.duration, knowledge.timeline.lines.empty() ? FilmTime(0) : knowledge.timeline.lines.back().end);
  knowledge.arc = emotional_arc(knowledge.timeline.lines, video, duration);
  check_arc(knowledge.arc);
  if (auto plot = extract_plot(knowledge.timeline, knowledge.arc, duration, CancelToken())) knowledge.plot = *std::move(plot);
  for (const FilmExportName& format : kFilmExports) std::ignore = export_film({}, knowledge, {}, format.format);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto zero = std::min(bytes.find('\0'), bytes.size());
  const auto track = read_track(bytes.substr(std::min(zero + 1, size)));
  std::ignore = read_tracks(bytes);
  if (const auto video = read_findings(bytes.substr(0, zero))) use(*video, track ? std::span<const Cue>(track->cues) : std::span<const Cue>());
  return 0;
}
