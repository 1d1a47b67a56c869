#include "story/views.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/random.h"
#include "story/internal/casting.h"
#include "story/internal/export_text.h"
#include "story/internal/telling.h"

namespace cineloom {
namespace {

class Viewer {
 public:
  Viewer(const Story& story, const SchemaLibrary& library)
      : story_(story), library_(library), cast_(story::cast_of(story.bible, story.request.language)), is_chinese_(story.request.language == "zh") {}

  [[nodiscard]] std::vector<StoryLine> told(const StoryNode& node) const {
    std::vector<StoryLine> lines;
    for (std::string& line : story::paragraphs_of(node.text)) lines.push_back({.speaker = {}, .text = std::move(line)});
    return lines;
  }

  [[nodiscard]] std::vector<StoryLine> seen(const StoryNode& node, StoryView view) const {
    const auto is_known = [&](const StoryEvent& event) { return library_.views.contains(event.schema); };
    if (view == StoryView::Scene || node.events.empty() || !std::ranges::all_of(node.events, is_known)) return told(node);
    std::vector<StoryLine> lines;
    for (const StoryEvent& event : node.events) {
      const SchemaViews& views = library_.views.at(event.schema);
      add_happening(is_chinese_ ? views.synopsis.chinese : views.synopsis.english, view, lines);
      if (view == StoryView::Dialogue) add_speech(node, event, is_chinese_ ? views.dialogue.chinese : views.dialogue.english, lines);
    }
    return lines;
  }

 private:
  /// In a synopsis one sentence goes on from the other; between what people say each stands alone.
  void add_happening(const std::string& words, StoryView view, std::vector<StoryLine>& lines) const {
    const std::string sentence = story::fill_as(story_.request.point_of_view, words, cast_, story_.request.language);
    if (view == StoryView::Synopsis && !lines.empty()) {
      lines.back().text += (is_chinese_ ? "" : " ") + sentence;
    } else {
      lines.push_back({.speaker = {}, .text = sentence});
    }
  }

  void add_speech(const StoryNode& node, const StoryEvent& event, const std::vector<SchemaLine>& said, std::vector<StoryLine>& lines) const {
    Random random(derive_seed(derive_seed(story_.request.seed, node.id), event.schema));
    for (const SchemaLine& line : said) {
      const bool is_short = random.uniform() < 0.5;
      const std::string voice = voice_of(line.role);
      const bool is_terse = voice.empty() ? is_short : voice == kTerse;
      lines.push_back({.speaker = speaker_of(line.role), .text = story::fill(is_terse ? line.terse : line.talkative, cast_)});
    }
  }

  [[nodiscard]] std::string voice_of(const std::string& role) const {
    const auto character = std::ranges::find(story_.bible.characters, role, &BibleCharacter::role);
    return character == story_.bible.characters.end() ? std::string() : character->voice;
  }

  [[nodiscard]] std::string speaker_of(const std::string& role) const {
    if (const auto name = cast_.find(role); name != cast_.end()) return name->second;
    return is_chinese_ ? "有人" : "Somebody";
  }

  const Story& story_;
  const SchemaLibrary& library_;
  story::Cast cast_;
  bool is_chinese_;
};

}  // namespace

StoryLines see_story(const Story& story, StoryView view, const SchemaLibrary& library) {
  const Viewer viewer(story, library);
  StoryLines lines;
  for (const StoryNode& node : story.graph.nodes) lines[node.id] = viewer.seen(node, view);
  return lines;
}

Story with_lines(Story story, const StoryLines& lines) {
  const std::string_view colon = story.request.language == "zh" ? "：" : ": ";
  for (StoryNode& node : story.graph.nodes) {
    const auto own = lines.find(node.id);
    if (own == lines.end()) continue;
    node.text.clear();
    for (const StoryLine& line : own->second) {
      if (!node.text.empty()) node.text += '\n';
      node.text += line.speaker.empty() ? line.text : fmt::format("{}{}{}", line.speaker, colon, line.text);
    }
  }
  return story;
}

Expected<StoryView> find_story_view(std::string_view name) {
  if (name.empty()) return StoryView::Scene;
  if (const auto view = json::enum_from_name<StoryView>(std::string(name))) return *view;
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no view of a story", name)).advise("use scene, dialogue or synopsis"));
}

}  // namespace cineloom
