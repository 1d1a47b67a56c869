#include "fuse/internal/script_scenes.h"

#include <algorithm>

#include "base/utf8.h"
#include "fuse/internal/letters.h"
#include "fuse/internal/words.h"

namespace cineloom::fuse {
namespace {

// "OLD TOBIN" -> "Old Tobin"; names of scripts without case stay.
std::string display_name(std::string_view cue) {
  std::string name;
  bool begins_word = true;
  while (!cue.empty()) {
    const auto decoded = decode_utf8(cue).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1});
    const char32_t letter = decoded.code_point;
    append_utf8(name, begins_word ? letter : small_letter(letter));
    begins_word = letter == U' ' || letter == U'-' || letter == U'.';
    cue.remove_prefix(decoded.bytes);
  }
  return name;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('.')) text.remove_suffix(1);
  return text;
}

/// The setting in a heading's first word: "INT./EXT." is INT/EXT.
std::string setting_of(std::string_view word) {
  std::string letters;
  for (const char letter : word) {
    if (letter >= 'a' && letter <= 'z') letters += static_cast<char>(letter - 'a' + 'A');
    if (letter >= 'A' && letter <= 'Z') letters += letter;
    if (letter == '/') letters += '/';
  }
  if (letters == "INT" || letters == "EXT" || letters == "EST") return letters;
  if (letters == "INTERIOR") return "INT";
  if (letters == "EXTERIOR") return "EXT";
  const bool is_both = letters == "INT/EXT" || letters == "EXT/INT" || letters == "I/E" || letters == "E/I";
  return is_both ? "INT/EXT" : "";
}

/// Where the time of day begins: behind the last " - ", also with other dashes.
std::size_t find_dash(std::string_view text, std::size_t& length) {
  std::size_t last = std::string_view::npos;
  for (const std::string_view dash : {" - ", " -- ", " \u2013 ", " \u2014 "}) {
    const auto found = text.rfind(dash);
    if (found == std::string_view::npos || (last != std::string_view::npos && found < last)) continue;
    last = found;
    length = dash.size();
  }
  return last;
}

// "EXT. QUAY - NIGHT": setting, place, time of day.
ScriptScene scene_of(const ScreenplayElement& heading, int section) {
  ScriptScene scene{.heading = heading.text, .section = section};
  std::string_view rest = heading.text;
  const auto blank = rest.find(' ');
  scene.setting = setting_of(rest.substr(0, blank));
  if (blank != std::string_view::npos && !scene.setting.empty()) rest = trim(rest.substr(blank));
  if (rest.starts_with("- ")) rest = trim(rest.substr(2));
  std::size_t length = 0;
  const auto dash = find_dash(rest, length);
  scene.place = display_name(trim(rest.substr(0, dash)));
  if (dash != std::string_view::npos) scene.time_of_day = display_name(trim(rest.substr(dash + length)));
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
