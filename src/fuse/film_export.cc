#include "fuse/film_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/json.h"
#include "fuse/internal/edit_text.h"

namespace cineloom {
namespace {

namespace js = boost::json;

using fuse::clock;
using fuse::nominal_rate;
using fuse::one_line;
using fuse::rational_time;
using fuse::time_range;
using fuse::timecode;
using fuse::without_marks;

std::string title_of(const Film& film) { return film.title.english.empty() ? film.key : film.title.english; }

std::int64_t transition_frames(const Shot& shot) {
  return shot.transition_first && shot.transition_last ? shot.transition_last->ordinal - shot.transition_first->ordinal + 1 : 0;
}

std::string name_of(const Scene& scene, std::size_t index) {
  if (!scene.heading.empty()) return scene.heading;
  return scene.place.empty() ? fmt::format("Scene {}", index + 1) : scene.place;
}

std::string edl(const Film& film, const VideoFindings& video) {
  const std::int64_t rate = nominal_rate(video);
  std::string text = fmt::format("TITLE: {}\nFCM: NON-DROP FRAME\n\n", one_line(title_of(film)));
  for (std::size_t i = 0; i < video.shots.size(); ++i) {
    const Shot& shot = video.shots[i];
    const std::string in = timecode(shot.first.ordinal, rate);
    const std::string out = timecode(shot.last.ordinal + 1, rate);
    const bool is_dissolve = shot.transition_in == TransitionKind::Dissolve;
    text += fmt::format("{:03}  AX       V     {}    {} {} {} {}\n", i + 1, is_dissolve ? fmt::format("D    {:03}", transition_frames(shot)) : "C       ", in,
                        out, in, out);
    text += fmt::format("* FROM CLIP NAME: SHOT {}\n", i + 1);
  }
  return text;
}

js::object clip_of(const Shot& shot, std::size_t index, const VideoFindings& video, const std::string& media) {
  const double rate = video.frames_per_second;
  js::object reference{{"OTIO_SCHEMA", "MissingReference.1"}};
  if (!media.empty()) { reference = {{"OTIO_SCHEMA", "ExternalReference.1"}, {"target_url", media}, {"available_range", time_range(0, video.frames, rate)}}; }
  const js::object known{{"camera", json::enum_name(shot.camera)}, {"confidence", shot.confidence}, {"first_pts", shot.first.pts}};
  return {{"OTIO_SCHEMA", "Clip.1"},
          {"name", fmt::format("Shot {}", index + 1)},
          {"source_range", time_range(shot.first.ordinal, shot.last.ordinal - shot.first.ordinal + 1, rate)},
          {"media_reference", std::move(reference)},
          {"metadata", js::object{{"cineloom", known}}}};
}

js::object marker_of(const Scene& scene, std::size_t index, const VideoFindings& video) {
  const auto shot = [&](int at) -> const Shot& { return video.shots[static_cast<std::size_t>(std::clamp(at, 0, static_cast<int>(video.shots.size()) - 1))]; };
  const std::int64_t first = shot(scene.first_shot).first.ordinal;
  return {{"OTIO_SCHEMA", "Marker.2"},
          {"name", name_of(scene, index)},
          {"marked_range", time_range(first, shot(scene.last_shot).last.ordinal - first + 1, video.frames_per_second)},
          {"color", "GREEN"}};
}

std::string otio(const Film& film, const FilmKnowledge& knowledge, const std::string& media) {
  const VideoFindings& video = knowledge.video;
  js::array children;
  for (std::size_t i = 0; i < video.shots.size(); ++i) {
    const Shot& shot = video.shots[i];
    if (i > 0 && shot.transition_in == TransitionKind::Dissolve) {
      // The mixed frames belong to the shot that comes in.
      children.push_back(js::object{{"OTIO_SCHEMA", "Transition.1"},
                                    {"transition_type", "SMPTE_Dissolve"},
                                    {"in_offset", rational_time(0, video.frames_per_second)},
                                    {"out_offset", rational_time(transition_frames(shot), video.frames_per_second)}});
    }
    children.push_back(clip_of(shot, i, video, media));
  }
  js::array markers;
  for (std::size_t i = 0; i < knowledge.timeline.scenes.size(); ++i) markers.push_back(marker_of(knowledge.timeline.scenes[i], i, video));
  js::object track{{"OTIO_SCHEMA", "Track.1"}, {"kind", "Video"}, {"name", "Picture"}, {"children", std::move(children)}};
  js::object stack{{"OTIO_SCHEMA", "Stack.1"}, {"name", "tracks"}, {"children", js::array{std::move(track)}}, {"markers", std::move(markers)}};
  return js::serialize(js::object{{"OTIO_SCHEMA", "Timeline.1"}, {"name", title_of(film)}, {"tracks", std::move(stack)}}) + "\n";
}

std::string chapters(const Timeline& timeline) {
  std::string text = "WEBVTT\n";
  for (std::size_t i = 0; i < timeline.scenes.size(); ++i) {
    const Scene& scene = timeline.scenes[i];
    text += fmt::format("\n{}\n{} --> {}\n{}\n", i + 1, clock(scene.begin), clock(scene.end), without_marks(name_of(scene, i)));
  }
  return text;
}

std::string lines(const Timeline& timeline) {
  std::string text = "WEBVTT\n";
  for (const Line& line : timeline.lines) {
    text += fmt::format("\n{} --> {}\n", clock(line.begin), clock(line.end));
    text += line.speaker.empty() ? without_marks(line.text) : fmt::format("<v {}>{}", without_marks(line.speaker), without_marks(line.text));
    text += "\n";
  }
  return text;
}

std::string csv(const VideoFindings& video) {
  std::string text =
      "shot,first_frame,last_frame,begin,end,seconds,transition,transition_first,transition_last,confidence,camera,motion,brightness,palette\r\n";
  for (std::size_t i = 0; i < video.shots.size(); ++i) {
    const Shot& shot = video.shots[i];
    std::string palette;
    for (const PaletteColor& color : shot.palette) palette += fmt::format("{}{}", palette.empty() ? "" : " ", color.color);
    const auto frame = [](const std::optional<FrameTime>& time) { return time ? fmt::format("{}", time->ordinal) : std::string(); };
    text += fmt::format("{},{},{},{},{},{:.3f},{},{},{},{:.3f},{},{:.4f},{:.4f},{}\r\n", i + 1, shot.first.ordinal, shot.last.ordinal, clock(shot.begin),
                        clock(shot.end), static_cast<double>((shot.end - shot.begin).count()) / 1000, json::enum_name(shot.transition_in),
                        frame(shot.transition_first), frame(shot.transition_last), shot.confidence, json::enum_name(shot.camera), shot.motion, shot.brightness,
                        palette);
  }
  return text;
}

std::string movienet(const Film& film, const FilmKnowledge& knowledge) {
  js::array shots;
  for (const Shot& shot : knowledge.video.shots) shots.push_back(js::array{shot.first.ordinal, shot.last.ordinal});
  js::array scenes;
  for (std::size_t i = 0; i < knowledge.timeline.scenes.size(); ++i) {
    const Scene& scene = knowledge.timeline.scenes[i];
    js::array cast;
    for (const std::string& name : scene.characters) cast.emplace_back(name);
    scenes.push_back(js::object{{"id", fmt::format("scene_{:03}", i)},
                                {"shot", js::array{scene.first_shot, scene.last_shot + 1}},
                                {"place_tag", scene.place},
                                {"title", name_of(scene, i)},
                                {"cast", std::move(cast)}});
  }
  return js::serialize(js::object{{"movie_id", film.key},
                                  {"fps", knowledge.video.frames_per_second},
                                  {"frames", knowledge.video.frames},
                                  {"shot", std::move(shots)},
                                  {"scene", std::move(scenes)}}) +
         "\n";
}

std::unexpected<Error> nothing_of(std::string_view what) {
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, fmt::format("no {} of this film are known", what)).advise("analyse the whole film: cineloom analyze FILM"));
}

}  // namespace

Expected<std::string> export_film(const Film& film, const FilmKnowledge& knowledge, const std::string& media, FilmExport format) {
  switch (format) {
    case FilmExport::Chapters:
      if (knowledge.timeline.scenes.empty()) return nothing_of("scenes");
      return chapters(knowledge.timeline);
    case FilmExport::Lines:
      if (knowledge.timeline.lines.empty()) return nothing_of("lines");
      return lines(knowledge.timeline);
    default: break;
  }
  if (knowledge.video.shots.empty()) return nothing_of("shots");
  switch (format) {
    case FilmExport::Edl: return edl(film, knowledge.video);
    case FilmExport::Otio: return otio(film, knowledge, media);
    case FilmExport::Csv: return csv(knowledge.video);
    default: return movienet(film, knowledge);
  }
}

}  // namespace cineloom
