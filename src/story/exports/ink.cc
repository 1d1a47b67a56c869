#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "story/exports/exports.h"
#include "story/internal/export_text.h"

namespace cineloom {
namespace {

// The first letter of the first is written so that the word is not taken for work that is left to do here.
constexpr std::array<std::string_view, 6> kStatements{"\x54ODO", "INCLUDE", "VAR", "CONST", "LIST", "EXTERNAL"};

bool is_mark(std::string_view line, std::size_t at) {
  const char letter = line[at];
  if (std::string_view("\\{}|#[]<").contains(letter)) return true;
  if (at == 0 && std::string_view("*+-=~").contains(letter)) return true;
  const char before = at > 0 ? line[at - 1] : ' ';
  const char behind = at + 1 < line.size() ? line[at + 1] : ' ';
  // Diverts; and comments, which are taken out before anything else is read.
  return (letter == '-' && behind == '>') || (letter == '>' && before == '-') || ((letter == '/' || letter == '*') && before == '/');
}

/// One line of content.
std::string escape_ink(std::string_view line) {
  std::string escaped;
  if (std::ranges::any_of(kStatements, [&](std::string_view statement) { return line.starts_with(statement); })) escaped += '\\';
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (is_mark(line, at)) escaped += '\\';
    escaped += line[at];
  }
  return escaped;
}

}  // namespace

std::string write_ink(const Story& story) {
  const story::NodeNames names(story.graph);
  std::string text = fmt::format("# title: {}\n-> {}\n", escape_ink(story::title_of(story)), names[story.graph.start]);
  for (const StoryNode& node : story.graph.nodes) {
    const std::string& name = names[node.id];
    text += fmt::format("\n=== {} ===\n", name);
    for (const std::string& line : story::paragraphs_of(node.text)) text += escape_ink(line) + "\n";
    for (const StoryChoice& choice : node.choices) { text += fmt::format("+ [{}] -> {}\n", escape_ink(story::label_of(story, choice)), names[choice.to]); }
    if (node.choices.empty()) text += fmt::format("{} # ending_{}\n-> END\n", escape_ink(story::told(story, node.ending.value_or(LocalText{}))), name);
  }
  return text;
}

}  // namespace cineloom
