#include <fmt/format.h>

#include "base/markup.h"
#include "story/exports/exports.h"
#include "story/internal/export_text.h"

namespace cineloom {
namespace {

/// Notes and omitted text end at the first mark that would close them.
std::string without_brackets(std::string text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const std::string_view pair = std::string_view(text).substr(at, 2);
    if (pair == "]]" || pair == "[[" || pair == "/*" || pair == "*/") text.insert(at + 1, " ");
  }
  return text;
}

std::string place_of(const Story& story, const StoryNode& node) {
  for (const StoryEvent& event : node.events) {
    if (!one_line(event.place).empty()) return one_line(event.place);
  }
  return story::heading_of(story, node);
}

ScreenplayElement element(ElementKind kind, std::string text, int depth = 0) {
  return {.kind = kind, .text = without_brackets(std::move(text)), .depth = depth};
}

}  // namespace

Screenplay screenplay_of(const Story& story) {
  Screenplay screenplay;
  screenplay.title_page.push_back({.key = "Title", .values = {without_brackets(story::title_of(story))}});
  const story::NodeNames names(story.graph);
  for (const StoryNode& node : story.graph.nodes) {
    screenplay.elements.push_back(element(ElementKind::Section, names[node.id], 1));
    screenplay.elements.push_back(element(ElementKind::Synopsis, story::heading_of(story, node)));
    screenplay.elements.push_back(element(ElementKind::SceneHeading, "INT./EXT. " + place_of(story, node)));
    for (const std::string& line : story::paragraphs_of(node.text)) screenplay.elements.push_back(element(ElementKind::Action, line));
    for (const StoryChoice& choice : node.choices) {
      screenplay.elements.push_back(element(ElementKind::Note, fmt::format("{}{} → {}", story.request.language == "zh" ? "选择：" : "Choice: ",
                                                                           story::label_of(story, choice), names[choice.to])));
    }
    const std::string ending = node.ending ? story::told(story, *node.ending) : std::string();
    if (!ending.empty()) screenplay.elements.push_back(element(ElementKind::Centered, ending));
  }
  return screenplay;
}

}  // namespace cineloom
