#include "fuse/untimed.h"

#include <algorithm>

#include "fuse/internal/script_scenes.h"

namespace cineloom {

Timeline untimed(const Screenplay& screenplay) {
  Timeline timeline;
  const fuse::Script script = fuse::read_script(screenplay);
  for (const fuse::ScriptScene& scene : script.scenes) {
    timeline.scenes.push_back({.heading = scene.heading, .place = scene.place, .time_of_day = scene.time_of_day});
  }
  for (const fuse::Speech& speech : script.speeches) {
    timeline.lines.push_back({.speaker = speech.speaker, .text = speech.text, .scene = speech.scene});
    if (speech.scene < 0) continue;
    auto& characters = timeline.scenes[static_cast<std::size_t>(speech.scene)].characters;
    if (std::ranges::find(characters, speech.speaker) == characters.end()) characters.push_back(speech.speaker);
  }
  return timeline;
}

}  // namespace cineloom
