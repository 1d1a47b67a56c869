#include "direct/timeline.h"

#include "sound/speech.h"

namespace film {
namespace {

constexpr double kPause = 0.26;
constexpr double kTail = 0.3;
constexpr double kTailBeforeBlack = 1.8;

int to_frames(double seconds) { return static_cast<int>(std::ceil(seconds * kFramesPerSecond)); }

TimedShot time_shot(const Shot& shot, int scene, int first) {
  TimedShot timed{.shot = shot, .scene = scene, .first = first};
  double clock = shot.lead_seconds * 0.6 + (shot.transition == Transition::Cut ? 0.0 : 0.35);
  for (const Speech& speech : shot.lines) {
    TimedLine line{speech.speaker, speech.english, speech.chinese};
    line.voice = speak(speech.speaker, speech.english);
    line.begin = clock;
    line.end = clock + static_cast<double>(line.voice.size()) / kSampleRate;
    clock = line.end + kPause;
    timed.lines.push_back(std::move(line));
  }
  const double tail = shot.fades_out ? kTailBeforeBlack : kTail;
  const double spoken = timed.lines.empty() ? 0 : timed.lines.back().end + tail;
  timed.last = first + to_frames(std::max(shot.least_seconds, spoken)) - 1;
  return timed;
}

}  // namespace

Timeline lay_out(Reel reel) {
  Timeline timeline;
  for (std::size_t scene = 0; scene < reel.scenes.size(); ++scene) {
    for (const Shot& shot : reel.scenes[scene].shots) {
      timeline.shots.push_back(time_shot(shot, static_cast<int>(scene), timeline.frames));
      timeline.frames = timeline.shots.back().last + 1;
    }
  }
  timeline.reel = std::move(reel);
  return timeline;
}

const char* name_of(Who who) {
  switch (who) {
    case Who::Mira: return "MIRA";
    case Who::Tobin: return "TOBIN";
    case Who::Quill: return "QUILL";
    case Who::Moon: return "MOON";
    default: return "";
  }
}

double mouth_at(const TimedLine& line, double seconds) {
  const auto from = static_cast<std::ptrdiff_t>((seconds - line.begin) * kSampleRate);
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(line.voice.size());
  if (from < 0 || from >= size) return 0;
  const std::ptrdiff_t to = std::min(size, from + kSamplesPerFrame);
  double power = 0;
  for (std::ptrdiff_t i = from; i < to; ++i) power += line.voice[i] * line.voice[i];
  return clamp01(std::sqrt(power / static_cast<double>(to - from)) * 7);
}

}  // namespace film
