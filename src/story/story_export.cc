#include <fmt/format.h>

#include "story/story_engine.h"

namespace cineloom {

Expected<std::string> export_graph(const Story& story, const std::string& format) {
  const bool is_chinese = story.request.language == "zh";
  const auto words = [&](const LocalText& text) { return is_chinese ? text.chinese : text.english; };
  std::string text;
  if (format == "ink") {
    text = fmt::format("-> {}\n", story.graph.start);
    for (const StoryNode& node : story.graph.nodes) {
      text += fmt::format("\n=== {} ===\n{}\n", node.id, node.text);
      for (const StoryChoice& choice : node.choices) text += fmt::format("+ [{}] -> {}\n", words(choice.label), choice.to);
      if (node.choices.empty()) text += fmt::format("{} # ending_{}\n-> END\n", words(node.ending.value_or(LocalText{})), node.id);
    }
  } else if (format == "twee") {
    text = fmt::format(
        ":: StoryTitle\n{}\n\n:: "
        "StoryData\n{{\"ifid\":\"00000000-0000-4000-8000-{:012X}\",\"format\":\"SugarCube\",\"format-version\":\"2.36.1\",\"start\":\"{}\"}}\n",
        words(story.title), story.request.seed & 0xFFFFFFFFFFFFULL, story.graph.start);
    for (const StoryNode& node : story.graph.nodes) {
      text += fmt::format("\n:: {}\n{}\n", node.id, node.text);
      for (const StoryChoice& choice : node.choices) text += fmt::format("[[{}->{}]]\n", words(choice.label), choice.to);
    }
  } else if (format == "fountain") {
    text = fmt::format("Title: {}\n", words(story.title));
    for (const StoryNode& node : story.graph.nodes) {
      text += fmt::format("\n# {}\n\n.{}\n\n!{}\n", node.id, node.beat, node.text);
      for (const StoryChoice& choice : node.choices) text += fmt::format("\n[[{} -> {}]]\n", words(choice.label), choice.to);
    }
  } else {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no format", format)).advise("use ink, twee or fountain"));
  }
  return text;
}

}  // namespace cineloom
