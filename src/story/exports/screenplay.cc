#include <fmt/format.h>

#include <algorithm>

#include "base/markup.h"
#include "story/exports/exports.h"
#include "story/internal/casting.h"
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

/// Where the hero is in what happens; nothing where no event says.
std::string role_of_place(const StoryNode& node) {
  for (const StoryEvent& event : node.events) {
    for (const auto* facts : {&event.preconditions, &event.added}) {
      const auto says_where = [](const Fact& fact) { return fact.predicate == "at" && fact.subject == "hero"; };
      if (const auto fact = std::ranges::find_if(*facts, says_where); fact != facts->end()) return fact->object;
    }
  }
  return {};
}

std::string place_of(const Story& story, const StoryNode& node, const story::Cast& cast) {
  for (const StoryEvent& event : node.events) {
    if (!one_line(event.place).empty()) return one_line(event.place);
  }
  if (const auto place = cast.find(role_of_place(node)); place != cast.end() && !one_line(place->second).empty()) return one_line(place->second);
  return story::heading_of(story, node);
}

ScreenplayElement element(ElementKind kind, std::string text, int depth = 0) {
  return {.kind = kind, .text = without_brackets(std::move(text)), .depth = depth};
}

void add_line(const StoryLine& line, std::vector<ScreenplayElement>& elements) {
  if (!line.speaker.empty()) elements.push_back(element(ElementKind::CharacterCue, one_line(line.speaker)));
  elements.push_back(element(line.speaker.empty() ? ElementKind::Action : ElementKind::Dialogue, one_line(line.text)));
}

}  // namespace

Screenplay screenplay_of(const Story& story, const StoryLines& lines) {
  const story::Cast cast = story::cast_of(story.bible, story.request.language);
  Screenplay screenplay;
  screenplay.title_page.push_back({.key = "Title", .values = {without_brackets(story::title_of(story))}});
  const story::NodeNames names(story.graph);
  for (const StoryNode& node : story.graph.nodes) {
    screenplay.elements.push_back(element(ElementKind::Section, names[node.id], 1));
    screenplay.elements.push_back(element(ElementKind::Synopsis, story::heading_of(story, node)));
    screenplay.elements.push_back(element(ElementKind::SceneHeading, "INT./EXT. " + place_of(story, node, cast)));
    if (const auto own = lines.find(node.id); own != lines.end()) {
      for (const StoryLine& line : own->second) add_line(line, screenplay.elements);
    } else {
      for (const std::string& line : story::paragraphs_of(node.text)) screenplay.elements.push_back(element(ElementKind::Action, line));
    }
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
