#include "direct/acting.h"
#include "output/json.h"
#include "output/texts.h"

namespace film {
namespace {

constexpr const char* kNote =
    "Frames are counted from 0 in display order; first and last are inclusive. The frames in which "
    "two shots mix "
    "(dissolve) or a shot comes out of black (fade_in) belong to the shot that comes in: its first "
    "is the first frame in "
    "which it can be seen at all, and transition_first .. transition_last are those frames (null "
    "for a cut). A fade to "
    "black belongs to the shot that goes (transition_out). camera is the greatest movement of the "
    "framing, static when it "
    "moves the picture by less than 12 pixels. on_screen are the speaking characters of whom at "
    "least a quarter is seen.";

const char* name_of(Scale scale) {
  switch (scale) {
    case Scale::Wide: return "wide";
    case Scale::Medium: return "medium";
    case Scale::Close: return "close";
    case Scale::Insert: return "insert";
  }
  return "";
}

const char* name_of(Transition transition) {
  switch (transition) {
    case Transition::Cut: return "cut";
    case Transition::Dissolve: return "dissolve";
    case Transition::FadeIn: return "fade_in";
  }
  return "";
}

const char* camera_move(const Shot& shot) {
  const double right = (shot.to.x - shot.from.x) * shot.to.zoom;
  const double down = (shot.to.y - shot.from.y) * shot.to.zoom;
  const double in = std::log(shot.to.zoom / shot.from.zoom) * kWidth / 2;
  const double most = std::max({std::abs(right), std::abs(down), std::abs(in)});
  if (most < 12) return "static";
  if (most == std::abs(in)) return in > 0 ? "zoom_in" : "zoom_out";
  if (most == std::abs(right)) return right > 0 ? "pan_right" : "pan_left";
  return down > 0 ? "tilt_down" : "tilt_up";
}

bool is_seen(const Bounds& b, const Framing& camera) {
  const double half_width = kWidth / 2.0 / camera.zoom, half_height = kHeight / 2.0 / camera.zoom;
  const double width = std::min(b.right, camera.x + half_width) - std::max(b.left, camera.x - half_width);
  const double height = std::min(b.bottom, camera.y + half_height) - std::max(b.top, camera.y - half_height);
  if (width <= 0 || height <= 0) return false;
  return width * height >= 0.25 * (b.right - b.left) * (b.bottom - b.top);
}

std::string on_screen(const TimedShot& shot) {
  std::vector<std::string> names;
  for (const Role& role : shot.shot.cast) {
    if (*name_of(role.who) == 0) continue;
    bool appears = false;
    for (int frame = 0; frame <= shot.last - shot.first; frame += 3) {
      const double seconds = static_cast<double>(frame) / kFramesPerSecond;
      appears = appears || is_seen(bounds_of(role, act(role, shot, seconds)), camera_at(shot, seconds));
    }
    if (appears) names.push_back(quoted(name_of(role.who)));
  }
  return listed(names);
}

std::string frames_or_null(bool is_there, int first, int last, const std::string& prefix) {
  const std::string a = is_there ? std::to_string(first) : "null", b = is_there ? std::to_string(last) : "null";
  return quoted(prefix + "_first") + ": " + a + ", " + quoted(prefix + "_last") + ": " + b;
}

std::string shot_json(const Timeline& timeline, std::size_t index) {
  const TimedShot& shot = timeline.shots[index];
  const Transition in = shot.shot.transition;
  const bool is_slow = in != Transition::Cut;
  const int length = in == Transition::Dissolve ? kDissolveFrames : kFadeInFrames;
  const bool is_last = index + 1 == timeline.shots.size();
  const char* out = shot.shot.fades_out ? "fade_out" : is_last ? "end" : timeline.shots[index + 1].shot.transition == Transition::Dissolve ? "dissolve" : "cut";
  return "    {\"first\": " + std::to_string(shot.first) + ", \"last\": " + std::to_string(shot.last) + ", \"scene\": " + std::to_string(shot.scene) +
         ", \"transition_in\": " + quoted(name_of(in)) + ", " + frames_or_null(is_slow, shot.first, shot.first + length - 1, "transition") +
         ", \"transition_out\": " + quoted(out) + ", " + frames_or_null(shot.shot.fades_out, shot.last - kFadeOutFrames + 1, shot.last, "transition_out") +
         ", \"camera\": " + quoted(camera_move(shot.shot)) + ", \"scale\": " + quoted(name_of(shot.shot.scale)) + ", \"on_screen\": " + on_screen(shot) + "}";
}

std::string scene_json(const Timeline& timeline, int index) {
  const Scene& scene = timeline.reel.scenes[static_cast<std::size_t>(index)];
  int first = -1, last = 0;
  for (const TimedShot& shot : timeline.shots) {
    if (shot.scene != index) continue;
    if (first < 0) first = shot.first;
    last = shot.last;
  }
  return "    {\"first\": " + std::to_string(first) + ", \"last\": " + std::to_string(last) + ", \"heading\": " + quoted(scene.heading) +
         ", \"place\": " + quoted(scene.place) + ", \"time\": " + quoted(scene.time) + "}";
}

std::string line_json(const TimedShot& shot, const TimedLine& line) {
  return "    {\"speaker\": " + quoted(name_of(line.speaker)) + ", \"begin_ms\": " + std::to_string(millis(shot, line.begin)) +
         ", \"end_ms\": " + std::to_string(millis(shot, line.end)) + ", \"text\": " + quoted(line.english) + "}";
}

std::string section(const char* name, const std::vector<std::string>& rows) {
  return std::string("  ") + quoted(name) + ": " + listed(rows, ",\n").insert(1, "\n");
}

}  // namespace

std::string truth(const Timeline& main) {
  std::vector<std::string> shots, scenes, lines;
  for (std::size_t i = 0; i < main.shots.size(); ++i) shots.push_back(shot_json(main, i));
  for (std::size_t i = 0; i < main.reel.scenes.size(); ++i) scenes.push_back(scene_json(main, static_cast<int>(i)));
  for (const TimedShot& shot : main.shots) {
    for (const TimedLine& line : shot.lines) lines.push_back(line_json(shot, line));
  }
  return std::string("{\n  \"film\": ") + quoted(kStem) + ",\n  \"note\": " + quoted(kNote) + ",\n  \"fps\": [" + std::to_string(kFramesPerSecond) +
         ", 1],\n  \"frames\": " + std::to_string(main.frames) + ",\n" + section("shots", shots) + ",\n" + section("scenes", scenes) + ",\n" +
         section("lines", lines) + "\n}\n";
}

}  // namespace film
