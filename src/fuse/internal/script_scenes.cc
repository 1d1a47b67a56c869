#include "fuse/internal/script_scenes.h"

#include <algorithm>

#include "fuse/internal/words.h"

namespace cineloom::fuse {
namespace {

// "OLD TOBIN" -> "Old Tobin"; names of other scripts stay.
std::string display_name(std::string_view cue) {
  std::string name;
  bool begins_word = true;
  for (const char letter : cue) {
    const bool is_upper = letter >= 'A' && letter <= 'Z';
    name += is_upper && !begins_word ? static_cast<char>(letter - 'A' + 'a') : letter;
    begins_word = letter == ' ' || letter == '-' || letter == '.';
  }
  return name;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('.')) text.remove_suffix(1);
  return text;
}

// "EXT. QUAY - NIGHT": setting, place, time of day.
ScriptScene scene_of(const ScreenplayElement& heading, int section) {
  ScriptScene scene{.heading = heading.text, .section = section};
  std::string_view rest = heading.text;
  const auto blank = rest.find(' ');
  const std::string_view first = rest.substr(0, blank);
  if (blank != std::string_view::npos && (first.contains('.') || first.contains('/') || first == "INT" || first == "EXT")) { rest = trim(rest.substr(blank)); }
  const auto dash = rest.rfind(" - ");
  scene.place = display_name(trim(rest.substr(0, dash)));
  if (dash != std::string_view::npos) scene.time_of_day = display_name(trim(rest.substr(dash + 3)));
  return scene;
}

}  // namespace

Script read_script(const Screenplay& screenplay) {
  Script script;
  std::string speaker;
  int section = 0;
  for (const ScreenplayElement& element : screenplay.elements) {
    const int scene = static_cast<int>(script.scenes.size()) - 1;
    switch (element.kind) {
      case ElementKind::Section:
        if (element.depth <= 1) ++section;
        break;
      case ElementKind::SceneHeading: script.scenes.push_back(scene_of(element, section)); break;
      case ElementKind::CharacterCue: speaker = display_name(element.text); break;
      case ElementKind::Dialogue:
      case ElementKind::Lyrics:
        script.speeches.push_back({.speaker = speaker, .text = element.text, .scene = scene});
        if (scene >= 0) script.scenes.back().weight += static_cast<double>(words_of(element.text).size());
        break;
      case ElementKind::Action:
        if (scene < 0) break;
        if (!script.scenes.back().action.empty()) script.scenes.back().action += '\n';
        script.scenes.back().action += element.text;
        script.scenes.back().weight += static_cast<double>(words_of(element.text).size());
        break;
      default: break;
    }
  }
  return script;
}

}  // namespace cineloom::fuse
