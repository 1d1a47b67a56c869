#include "fuse/script_timeline.h"

#include <algorithm>

#include "fuse/internal/script_scenes.h"
#include "fuse/internal/words.h"

namespace cineloom {
namespace {

constexpr FilmTime kWord{400};
constexpr FilmTime kPause{600};

FilmTime length_of(const std::string& text) { return kWord * static_cast<int>(fuse::words_of(text).size()) + kPause; }

/// Lets time pass while the script is read from top to bottom.
class Clock {
 public:
  explicit Clock(Timeline& timeline) : timeline_(timeline) {}

  void open(const fuse::ScriptScene& scene) {
    close();
    timeline_.scenes.push_back({.begin = now_,
                                .end = now_,
                                .heading = scene.heading,
                                .setting = scene.setting,
                                .place = scene.place,
                                .time_of_day = scene.time_of_day,
                                .action = scene.action,
                                .first_shot = 0,
                                .last_shot = -1,
                                .confidence = 1});
    now_ += kPause;
  }

  void act(const std::string& action) { now_ += length_of(action); }

  void speak(const fuse::Speech& speech) {
    const FilmTime end = now_ + length_of(speech.text);
    timeline_.lines.push_back({.begin = now_, .end = end - kPause, .speaker = speech.speaker, .text = speech.text, .scene = speech.scene, .confidence = 1});
    now_ = end;
    auto& names = timeline_.scenes.back().characters;
    if (!speech.speaker.empty() && std::ranges::find(names, speech.speaker) == names.end()) names.push_back(speech.speaker);
  }

  void close() {
    if (!timeline_.scenes.empty()) timeline_.scenes.back().end = now_;
  }

 private:
  Timeline& timeline_;
  FilmTime now_{0};
};

}  // namespace

Expected<Timeline> time_screenplay(const Screenplay& screenplay) {
  const fuse::Script script = fuse::read_script(screenplay);
  if (script.scenes.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "the screenplay has no scenes").advise("begin each with a heading such as 'EXT. QUAY - NIGHT'"));
  }
  Timeline timeline{.dialogue_coverage = 1, .screenplay_overlap = 1};
  Clock clock(timeline);
  std::size_t scene = 0;
  std::size_t speech = 0;
  // What stands before the first heading belongs to no scene.
  while (speech < script.speeches.size() && script.speeches[speech].scene < 0) ++speech;
  for (const ScreenplayElement& element : screenplay.elements) {
    if (element.kind == ElementKind::SceneHeading) clock.open(script.scenes[scene++]);
    if (scene == 0) continue;
    const bool is_spoken = element.kind == ElementKind::Dialogue || element.kind == ElementKind::Lyrics;
    if (element.kind == ElementKind::Action) clock.act(element.text);
    if (is_spoken) clock.speak(script.speeches[speech++]);
  }
  clock.close();
  return timeline;
}

ScriptOrder order_of(const Screenplay& screenplay) {
  ScriptOrder order;
  for (const ScreenplayElement& element : screenplay.elements) {
    if (element.kind == ElementKind::SceneHeading) order.push_back({.heading = element.text, .lines_before = {}});
    if (order.empty()) continue;
    SceneOrder& scene = order.back();
    if (element.kind == ElementKind::Dialogue || element.kind == ElementKind::Lyrics) ++scene.lines;
    if (element.kind != ElementKind::Action) continue;
    const auto lines = 1 + std::ranges::count(element.text, '\n');
    scene.lines_before.insert(scene.lines_before.end(), static_cast<std::size_t>(lines), scene.lines);
  }
  return order;
}

}  // namespace cineloom
