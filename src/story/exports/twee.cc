#include <fmt/format.h>

#include "base/json_text.h"
#include "story/exports/exports.h"
#include "story/internal/export_text.h"

namespace cineloom {
namespace {

/// SugarCube reads character references as the characters they name, so what would be markup is written as one.
std::string escape_passage(std::string_view line) {
  std::string escaped;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char letter = line[at];
    const bool is_always = std::string_view("&<>[]${}\\|`").contains(letter);
    const bool is_sometimes = std::string_view("/'\"=-*#!:+_@~^,").contains(letter) && story::begins_or_doubles(line, at);
    // _name is a variable wherever a word begins.
    const bool is_variable = letter == '_' && (at == 0 || line[at - 1] == ' ');
    escaped += is_always || is_sometimes || is_variable ? fmt::format("&#{};", static_cast<int>(letter)) : std::string(1, letter);
  }
  return escaped;
}

/// The words of a link are not markup: what would end or turn it is written with look-alikes.
std::string escape_link(std::string_view label) {
  std::string escaped;
  for (const char letter : label) {
    switch (letter) {
      case '[': escaped += "［"; break;
      case ']': escaped += "］"; break;
      case '|': escaped += "｜"; break;
      case '>': escaped += "＞"; break;
      case '<': escaped += "＜"; break;
      case '$': escaped += "＄"; break;
      default: escaped += letter;
    }
  }
  if (escaped.starts_with('_')) escaped.insert(0, "\u200B");
  return escaped;
}

}  // namespace

std::string write_twee(const Story& story) {
  const story::NodeNames names(story.graph);
  // A line that begins with "::" begins a passage; a title is plain text, so only its first letter can be kept from it.
  std::string title = story::title_of(story);
  if (title.starts_with("::")) title.insert(0, "\u200B");
  std::string text = fmt::format(":: StoryTitle\n{}\n\n:: StoryData\n", title);
  text += fmt::format("{{\"ifid\":\"{}\",\"format\":\"SugarCube\",\"format-version\":\"2.36.1\",\"start\":{}}}\n", story::uuid_of(story),
                      json_string(names[story.graph.start]));
  for (const StoryNode& node : story.graph.nodes) {
    text += fmt::format("\n:: {}{}\n", names[node.id], node.choices.empty() ? " [ending]" : "");
    for (const std::string& line : story::paragraphs_of(node.text)) text += escape_passage(line) + "\n\n";
    for (const StoryChoice& choice : node.choices) text += fmt::format("[[{}->{}]]\n", escape_link(story::label_of(story, choice)), names[choice.to]);
    if (node.choices.empty()) text += fmt::format("{}\n", escape_passage(story::told(story, node.ending.value_or(LocalText{}))));
  }
  return text;
}

}  // namespace cineloom
