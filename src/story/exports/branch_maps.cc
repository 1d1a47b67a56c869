#include <fmt/format.h>

#include <map>

#include "story/exports/exports.h"
#include "story/internal/export_text.h"

namespace cineloom {
namespace {

std::string quote_dot(std::string_view line) {
  std::string quoted = "\"";
  for (const char letter : line) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
    if (letter == '&') quoted += "amp;";  // labels know entities
  }
  return quoted + '"';
}

/// Mermaid takes any character by its number.
std::string quote_mermaid(std::string_view line) {
  std::string quoted = "\"";
  for (const char letter : line) {
    const bool is_mark = static_cast<unsigned char>(letter) < 0x80 && std::string_view("\"#<>&;`\\{}[]()|*_~$%@").contains(letter);
    quoted += is_mark ? fmt::format("#{};", static_cast<int>(letter)) : std::string(1, letter);
  }
  return quoted + (quoted.size() == 1 ? " \"" : "\"");
}

std::map<std::string, std::size_t> numbers_of(const StoryGraph& graph) {
  std::map<std::string, std::size_t> numbers;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) numbers.emplace(graph.nodes[i].id, i);
  return numbers;
}

/// What a node is called on a map: an ending by its name.
std::string name_on_map(const Story& story, const StoryNode& node) {
  const std::string ending = node.ending ? story::told(story, *node.ending) : std::string();
  return ending.empty() ? story::heading_of(story, node) : ending;
}

}  // namespace

std::string write_dot(const Story& story) {
  const auto numbers = numbers_of(story.graph);
  std::string text = fmt::format("digraph story {{\n  graph [label={}, labelloc=t];\n  node [shape=box, style=rounded];\n", quote_dot(story::title_of(story)));
  for (std::size_t i = 0; i < story.graph.nodes.size(); ++i) {
    const StoryNode& node = story.graph.nodes[i];
    text += fmt::format("  n{} [label={}{}];\n", i, quote_dot(name_on_map(story, node)), node.choices.empty() ? ", peripheries=2" : "");
  }
  for (std::size_t i = 0; i < story.graph.nodes.size(); ++i) {
    for (const StoryChoice& choice : story.graph.nodes[i].choices) {
      const bool is_default = choice.id == story.graph.nodes[i].default_choice;
      text +=
          fmt::format("  n{} -> n{} [label={}{}];\n", i, numbers.at(choice.to), quote_dot(story::label_of(story, choice)), is_default ? ", penwidth=2" : "");
    }
  }
  return text + "}\n";
}

std::string write_mermaid(const Story& story) {
  const auto numbers = numbers_of(story.graph);
  std::string text = "flowchart TD\n";
  for (std::size_t i = 0; i < story.graph.nodes.size(); ++i) {
    const StoryNode& node = story.graph.nodes[i];
    const std::string label = quote_mermaid(name_on_map(story, node));
    text += node.choices.empty() ? fmt::format("  n{}([{}])\n", i, label) : fmt::format("  n{}[{}]\n", i, label);
  }
  for (std::size_t i = 0; i < story.graph.nodes.size(); ++i) {
    for (const StoryChoice& choice : story.graph.nodes[i].choices) {
      const bool is_default = choice.id == story.graph.nodes[i].default_choice;
      text += fmt::format("  n{} {}|{}| n{}\n", i, is_default ? "==>" : "-->", quote_mermaid(story::label_of(story, choice)), numbers.at(choice.to));
    }
  }
  return text;
}

}  // namespace cineloom
