#include "pipeline/worker_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/markup.h"
#include "domain/event_value.h"
#include "domain/json.h"

namespace cineloom {
namespace {

constexpr FilmTime kLatest = std::chrono::hours(1000);    // sums of a few such times are far from overflowing
constexpr FilmTime kLatestCue = std::chrono::hours(10);   // as the reader of subtitles has it
constexpr std::size_t kMostCues = 200'000;
constexpr std::size_t kMostShots = 1'000'000;
constexpr std::size_t kMostTracks = 1000;
constexpr std::size_t kMostWarnings = 1'000'000;          // one a shot
constexpr std::int64_t kMostFrames = std::int64_t{1} << 40U;
constexpr double kLargest = 1e6;                          // of anything measured; counts of pictures and loudness are far below
constexpr int kLargestSide = 1 << 16;

std::unexpected<Error> cannot_be(std::string_view what) {
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("the media worker sent {} that cannot be", what)).advise("the film may be damaged or hostile"));
}

bool is_time(FilmTime time) { return time >= -kLatest && time <= kLatest; }
bool is_measure(double number) { return std::abs(number) <= kLargest; }
bool is_index(int index, std::size_t count) { return index >= 0 && std::cmp_less(index, count); }
bool is_side(int side) { return side >= 0 && side <= kLargestSide; }
bool is_stretch(FilmTime begin, FilmTime end) { return is_time(begin) && begin <= end && is_time(end); }
bool is_span(const FilmSpan& span) { return is_stretch(span.begin, span.end); }
bool is_area(const PictureArea& area) { return is_measure(area.left) && is_measure(area.top) && is_measure(area.right) && is_measure(area.bottom); }
bool is_frame(const FrameTime& frame) { return frame.ordinal >= 0 && frame.ordinal < kMostFrames; }
bool is_color(const PaletteColor& color) {
  const auto is_digit = [](char letter) { return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f'); };
  return color.color.size() == 7 && color.color.front() == '#' && std::all_of(color.color.begin() + 1, color.color.end(), is_digit) && is_measure(color.share);
}

bool is_shot(const Shot& shot) {
  return is_stretch(shot.begin, shot.end) && is_frame(shot.first) && is_frame(shot.last) && shot.first.ordinal <= shot.last.ordinal &&
         is_frame(shot.transition_first.value_or(shot.first)) && is_frame(shot.transition_last.value_or(shot.last)) && is_share(shot.confidence) &&
         is_share(shot.motion) && is_share(shot.brightness) && std::ranges::all_of(shot.palette, is_color) &&
         std::ranges::all_of(shot.labels, [](const ShotLabel& label) { return is_measure(label.score); });
}

template <class List, class Time>
bool are_rising(const List& list, Time time) {
  return std::ranges::is_sorted(list, {}, time);
}

Expected<void> check_size(const VideoFindings& video) {
  const TimeBase base = video.time_base;
  if (base.numerator <= 0 || base.denominator <= 0) return cannot_be("a time base");
  if (!is_stretch(FilmTime(0), video.duration) || video.frames < 0 || video.frames > kMostFrames) return cannot_be("a length");
  if (video.frames_per_second < 0 || !is_measure(video.frames_per_second)) return cannot_be("a rate");
  if (!is_side(video.width) || !is_side(video.height) || !is_area(video.picture)) return cannot_be("a size");
  return {};
}

Expected<void> check_pictures(const VideoFindings& video) {
  // A first impression has pictures and knows no shots.
  const auto is_keyframe = [&](const Keyframe& one) {
    const bool has_shot = is_index(one.shot, video.shots.size()) || (video.is_scouted && one.shot == -1);
    return has_shot && is_frame(one.frame) && is_time(one.at) && std::isfinite(one.sharpness) && one.rank >= 0 && is_picture_name(one.file);
  };
  if (!std::ranges::all_of(video.keyframes, is_keyframe)) return cannot_be("a keyframe");
  const Trickplay& strip = video.trickplay;
  const bool is_strip = strip.width > 0 && strip.height > 0 && strip.columns > 0 && strip.columns <= 100 && strip.rows > 0 && strip.rows <= 100 &&
                        strip.interval > FilmTime(0) && is_time(strip.interval) && strip.count >= 0;
  const bool has_none = strip.width == 0 && strip.count == 0 && strip.files.empty();
  if ((!is_strip && !has_none) || !is_side(strip.width) || !is_side(strip.height) || !std::ranges::all_of(strip.files, is_picture_name)) {
    return cannot_be("pictures for a seek bar");
  }
  return {};
}

Expected<void> check_people(const VideoFindings& video) {
  const auto is_face = [&](const Face& face) {
    return is_index(face.shot, video.shots.size()) && (face.person == -1 || is_index(face.person, video.people.size())) && is_frame(face.frame) &&
           is_time(face.at) && is_area(face.box) && is_measure(face.confidence);
  };
  if (!std::ranges::all_of(video.faces, is_face)) return cannot_be("a face");
  const auto is_person = [&](const SeenPerson& person) {
    const bool has_shots = std::ranges::all_of(person.shots, [&](int shot) { return is_index(shot, video.shots.size()); });
    return person.faces >= 0 && has_shots && std::ranges::is_sorted(person.shots) && is_picture_name(person.file);
  };
  return std::ranges::all_of(video.people, is_person) ? Expected<void>() : cannot_be("a person");
}

Expected<void> check_sound(const VideoFindings& video) {
  const SoundFindings& sound = video.sound;
  const auto is_point = [](const LoudnessPoint& point) { return is_time(point.at) && is_measure(point.lufs); };
  const bool are_known = is_measure(sound.integrated_lufs) && is_measure(sound.range_lu) && is_measure(sound.peak_db) &&
                         std::ranges::all_of(sound.silences, is_span) && std::ranges::all_of(sound.speech, is_share) &&
                         std::ranges::all_of(sound.music, is_share);
  return are_known && std::ranges::all_of(video.loudness, is_point) ? Expected<void>() : cannot_be("a sound");
}

Expected<void> check(const VideoFindings& video) {
  CINELOOM_TRY(check_size(video));
  if (video.shots.size() > kMostShots || !std::ranges::all_of(video.shots, is_shot) || !are_rising(video.shots, &Shot::begin) ||
      !are_rising(video.shots, &Shot::end)) {
    return cannot_be("shots");
  }
  CINELOOM_TRY(check_pictures(video));
  CINELOOM_TRY(check_people(video));
  CINELOOM_TRY(check_sound(video));
  const auto is_point = [](const TensionPoint& point) { return is_time(point.at) && is_share(point.tension); };
  if (!std::ranges::all_of(video.tension, is_point)) return cannot_be("a tension");
  if (!std::ranges::all_of(video.black, is_span) || !is_span(video.end_credits.value_or(FilmSpan()))) return cannot_be("a stretch");
  return std::ranges::all_of(video.barcode, is_color) ? Expected<void>() : cannot_be("a colour");
}

void make_printable(std::initializer_list<std::string*> texts) {
  for (std::string* text : texts) *text = one_line(*text);
}

void make_printable(std::vector<std::string>& texts) {
  texts.resize(std::min(texts.size(), kMostWarnings));
  for (std::string& text : texts) make_printable({&text});
}

Expected<void> check(SubtitleTrack& track) {
  const auto is_cue = [](const Cue& cue) { return cue.begin >= FilmTime(0) && cue.begin <= cue.end && cue.end <= kLatestCue; };
  if (track.cues.size() > kMostCues || !std::ranges::all_of(track.cues, is_cue) || !are_rising(track.cues, &Cue::begin)) return cannot_be("cues");
  for (Cue& cue : track.cues) {
    cue.text = printable(cue.text);
    make_printable({&cue.speaker, &cue.language});
  }
  make_printable({&track.language, &track.origin});
  make_printable(track.warnings);
  return {};
}

}  // namespace

bool is_picture_name(std::string_view name) {
  return name.ends_with(".jpg") && name.size() <= 255 && name.find('/') == std::string_view::npos && !name.starts_with('.') && one_line(name) == name;
}

Expected<VideoFindings> read_findings(std::string_view json) {
  CINELOOM_TRY_ASSIGN_IN(VideoFindings video, from_json<VideoFindings>(json), "reading what the media worker found");
  CINELOOM_TRY(check(video));
  for (Shot& shot : video.shots) {
    for (ShotLabel& label : shot.labels) make_printable({&label.label, &label.slot});
  }
  for (NetUse& net : video.nets) make_printable({&net.slot, &net.task, &net.sha256});
  make_printable(video.warnings);
  return video;
}

Expected<SubtitleTrack> read_track(std::string_view json) {
  CINELOOM_TRY_ASSIGN_IN(SubtitleTrack track, json::read<SubtitleTrack>(json), "reading what the media worker read");
  CINELOOM_TRY(check(track));
  return track;
}

Expected<std::vector<SubtitleTrack>> read_tracks(std::string_view json) {
  CINELOOM_TRY_ASSIGN_IN(auto tracks, json::read<std::vector<SubtitleTrack>>(json), "reading what the media worker read");
  if (tracks.size() > kMostTracks) return cannot_be("more tracks");
  for (SubtitleTrack& track : tracks) CINELOOM_TRY(check(track));
  return tracks;
}

}  // namespace cineloom
