#include <fmt/format.h>

#include <cctype>

#include "story/exports/exports.h"
#include "story/internal/export_text.h"

namespace cineloom {
namespace {

/// A line that no Markdown reader takes for anything but its words.
std::string escape_markdown(std::string_view line) {
  std::string escaped;
  bool is_number = !line.empty();  // what stands before is a number, so that "1." would begin a list
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char letter = line[at];
    const bool is_always = std::string_view("\\`*_[]<>|~&").contains(letter);
    const bool is_first = at == 0 && std::string_view("#+-=:").contains(letter);
    const bool is_item = at > 0 && is_number && (letter == '.' || letter == ')');
    if (is_always || is_first || is_item) escaped += '\\';
    escaped += letter;
    is_number = is_number && std::isdigit(static_cast<unsigned char>(letter)) != 0;
  }
  return escaped;
}

}  // namespace

std::string write_markdown(const Story& story) {
  const story::NodeNames names(story.graph);
  std::string text = fmt::format("# {}\n", escape_markdown(story::title_of(story)));
  for (const StoryNode& node : story.graph.nodes) {
    text += fmt::format("\n<a id=\"{}\"></a>\n\n## {}\n", names[node.id], escape_markdown(story::heading_of(story, node)));
    for (const std::string& line : story::paragraphs_of(node.text)) text += "\n" + escape_markdown(line) + "\n";
    if (!node.choices.empty()) text += "\n";
    for (const StoryChoice& choice : node.choices) { text += fmt::format("- [{}](#{})\n", escape_markdown(story::label_of(story, choice)), names[choice.to]); }
    if (node.ending) text += fmt::format("\n**{}**\n", escape_markdown(story::told(story, *node.ending)));
  }
  return text;
}

}  // namespace cineloom
