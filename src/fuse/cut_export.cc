#include "fuse/cut_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fuse/internal/edit_text.h"

namespace cineloom {
namespace {

namespace js = boost::json;

bool is_card(const CutStretch& stretch) { return !stretch.card.english.empty(); }

/// A stretch in frames: where it lies in the film and in the cut.
struct InFrames {
  std::int64_t source = 0;
  std::int64_t record = 0;
  std::int64_t length = 0;
};

/// The first frame shown at or after a time; frames are told by their shots, so that rates that vary do not drift.
std::int64_t frame_at(const VideoFindings& video, FilmTime at) {
  const auto shot = std::ranges::upper_bound(video.shots, at, {}, &Shot::end);
  if (shot == video.shots.end())
    return video.shots.empty() ? std::llround(static_cast<double>(at.count()) * video.frames_per_second / 1000) : video.shots.back().last.ordinal + 1;
  const auto own = std::max<std::int64_t>((shot->end - shot->begin).count(), 1);
  const auto inside = std::clamp<std::int64_t>((at - shot->begin).count(), 0, own);
  return shot->first.ordinal + (inside * (shot->last.ordinal - shot->first.ordinal + 1) + own / 2) / own;
}

std::vector<InFrames> in_frames(const FilmCut& cut, const VideoFindings& video) {
  std::vector<InFrames> frames;
  std::int64_t record = 0;
  for (const CutStretch& stretch : cut.stretches) {
    const std::int64_t begin = frame_at(video, stretch.footage.begin);
    const std::int64_t length = is_card(stretch) ? std::llround(static_cast<double>(stretch.length.count()) * video.frames_per_second / 1000)
                                                 : frame_at(video, stretch.footage.end) - begin;
    frames.push_back({.source = begin, .record = record, .length = std::max<std::int64_t>(length, 1)});
    record += frames.back().length;
  }
  return frames;
}

std::string edl(const FilmCut& cut, const VideoFindings& video) {
  const std::int64_t rate = fuse::nominal_rate(video);
  std::string text = fmt::format("TITLE: {}\nFCM: NON-DROP FRAME\n\n", fuse::one_line(cut.title.english));
  const auto frames = in_frames(cut, video);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool is_black = is_card(cut.stretches[i]);
    const std::int64_t source = is_black ? 0 : frames[i].source;
    text += fmt::format("{:03}  {:<8} V     C        {} {} {} {}\n", i + 1, is_black ? "BL" : "AX", fuse::timecode(source, rate),
                        fuse::timecode(source + frames[i].length, rate), fuse::timecode(frames[i].record, rate),
                        fuse::timecode(frames[i].record + frames[i].length, rate));
    text += is_black ? fmt::format("* COMMENT: {}\n", fuse::one_line(cut.stretches[i].card.english))
                     : fmt::format("* FROM CLIP NAME: {}\n", fuse::one_line(cut.stretches[i].footage.file));
  }
  return text;
}

js::object piece_of(const CutStretch& stretch, const InFrames& frames, const VideoFindings& video) {
  const double rate = video.frames_per_second;
  const js::object known{{"why", stretch.why.english}};
  if (is_card(stretch)) {
    js::object marker{
        {"OTIO_SCHEMA", "Marker.2"}, {"name", stretch.card.english}, {"marked_range", fuse::time_range(0, frames.length, rate)}, {"color", "YELLOW"}};
    return {{"OTIO_SCHEMA", "Gap.1"},
            {"name", "card"},
            {"source_range", fuse::time_range(0, frames.length, rate)},
            {"markers", js::array{std::move(marker)}},
            {"metadata", js::object{{"cineloom", known}}}};
  }
  return {
      {"OTIO_SCHEMA", "Clip.1"},
      {"name", fmt::format("Scene {}", stretch.scene + 1)},
      {"source_range", fuse::time_range(frames.source, frames.length, rate)},
      {"media_reference",
       js::object{{"OTIO_SCHEMA", "ExternalReference.1"}, {"target_url", stretch.footage.file}, {"available_range", fuse::time_range(0, video.frames, rate)}}},
      {"metadata", js::object{{"cineloom", known}}}};
}

std::string otio(const FilmCut& cut, const VideoFindings& video) {
  js::array children;
  const auto frames = in_frames(cut, video);
  for (std::size_t i = 0; i < frames.size(); ++i) children.push_back(piece_of(cut.stretches[i], frames[i], video));
  js::object track{{"OTIO_SCHEMA", "Track.1"}, {"kind", "Video"}, {"name", "Picture"}, {"children", std::move(children)}};
  js::object stack{{"OTIO_SCHEMA", "Stack.1"}, {"name", "tracks"}, {"children", js::array{std::move(track)}}};
  return js::serialize(js::object{{"OTIO_SCHEMA", "Timeline.1"}, {"name", cut.title.english}, {"tracks", std::move(stack)}}) + "\n";
}

std::string m3u(const FilmCut& cut) {
  std::string text = "#EXTM3U\n";
  for (const CutStretch& stretch : cut.stretches) {
    if (is_card(stretch)) continue;
    const auto seconds = [](FilmTime at) { return static_cast<double>(at.count()) / 1000; };
    text +=
        fmt::format("#EXTINF:{},{}\n#EXTVLCOPT:start-time={:.3f}\n#EXTVLCOPT:stop-time={:.3f}\n{}\n", std::max<std::int64_t>(1, stretch.length.count() / 1000),
                    fuse::one_line(stretch.why.english), seconds(stretch.footage.begin), seconds(stretch.footage.end), fuse::one_line(stretch.footage.file));
  }
  return text;
}

std::string vtt(const FilmCut& cut) {
  std::string text = "WEBVTT\n";
  FilmTime at{0};
  for (const CutStretch& stretch : cut.stretches) {
    if (is_card(stretch))
      text += fmt::format("\n{} --> {}\n{}\n", fuse::clock(at), fuse::clock(at + stretch.length), fuse::without_marks(stretch.card.english));
    at += stretch.length;
  }
  return text;
}

}  // namespace

std::string cut_export_names() { return "edl, otio, m3u, vtt"; }

Expected<std::string> export_cut(const FilmCut& cut, const VideoFindings& video, const std::string& format) {
  if (format == "vtt") return vtt(cut);
  const bool has_footage = std::ranges::any_of(cut.stretches, [](const CutStretch& one) { return !one.footage.file.empty(); });
  if (format != "edl" && format != "otio" && format != "m3u") {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("there is no format '{}' for a cut", format.substr(0, 40)))
                               .advise("choose one of: " + cut_export_names()));
  }
  if (!has_footage)
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there is no footage to cut").advise("analyse the film's video, or take the JSON"));
  if (format == "m3u") return m3u(cut);
  if (video.frames_per_second <= 0)
    return std::unexpected(Error(ErrorCode::InvalidArgument, "no frames of this film are known").advise("analyse the whole film: cineloom analyze FILM"));
  return format == "edl" ? edl(cut, video) : otio(cut, video);
}

}  // namespace cineloom
