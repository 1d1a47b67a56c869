#include "pipeline/story_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/json.h"
#include "pipeline/library_files.h"
#include "story/checker.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostNodes = 20'000;
constexpr std::size_t kMostBytes = 64U << 20U;
constexpr std::size_t kMostEvents = 200'000;
constexpr std::size_t kMostFacts = 2'000'000;
// Longer than any film, and short enough that frames and cues can be counted.
constexpr FilmTime kLongestNode = std::chrono::hours(24);

std::unexpected<Error> refuse(std::string what) { return fail(ErrorCode::InvalidArgument, std::move(what)); }

Expected<void> check_fields(const boost::json::value& given, const boost::json::value& known, const std::string& kind, const std::string& path) {
  if (const auto* object = given.if_object(); object != nullptr && known.is_object()) {
    for (const auto& entry : *object) {
      const std::string name = path.empty() ? std::string(entry.key()) : fmt::format("{}.{}", path, std::string_view(entry.key()));
      const auto* same = known.get_object().if_contains(entry.key());
      if (same == nullptr) return refuse(fmt::format("a {} has no field '{}'", kind, name));
      CINELOOM_TRY(check_fields(entry.value(), *same, kind, name));
    }
  } else if (const auto* array = given.if_array(); array != nullptr && known.is_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) { CINELOOM_TRY(check_fields((*array)[i], known.get_array()[i], kind, fmt::format("{}[{}]", path, i))); }
  }
  return {};
}

bool is_within(double value, double low, double high) { return std::isfinite(value) && value >= low && value <= high; }

Expected<void> check_event(const StoryEvent& event, const std::string& node) {
  if (!is_within(event.valence, -1, 1)) return refuse(fmt::format("an event of '{}' has a valence outside -1 .. 1", node));
  if (!is_within(event.tension, 0, 1)) return refuse(fmt::format("an event of '{}' has a tension outside 0 .. 1", node));
  return {};
}

Expected<void> check_footage(const StoryNode& node) {
  FilmTime length{0};
  for (const FootagePiece& piece : node.footage) {
    if (!is_footage(piece)) return refuse(fmt::format("footage of '{}' is no piece of a file in the film's folder", node.id));
    length += piece.end - piece.begin;
  }
  if (length > kLongestNode) return refuse(fmt::format("the footage of '{}' is longer than a day", node.id));
  return {};
}

Expected<void> check_node(const StoryNode& node) {
  if (node.id.empty() || node.id.size() > 200) return refuse("the id of a node has 1 to 200 bytes");
  if (!is_within(node.valence, -1, 1) || !is_within(node.tension, 0, 1)) return refuse(fmt::format("valence or tension of '{}' is out of range", node.id));
  for (const StoryEvent& event : node.events) { CINELOOM_TRY(check_event(event, node.id)); }
  return check_footage(node);
}

Expected<void> check_size(const StoryGraph& graph) {
  std::size_t events = 0;
  std::size_t facts = 0;
  for (const StoryNode& node : graph.nodes) {
    events += node.events.size() + node.choices.size();
    for (const StoryEvent& event : node.events) facts += event.preconditions.size() + event.added.size() + event.removed.size();
  }
  if (graph.nodes.empty()) return refuse("a story has at least one node");
  if (graph.nodes.size() > kMostNodes || events > kMostEvents || facts > kMostFacts) {
    return refuse(fmt::format("a story has at most {} nodes, {} events and choices, and {} facts", kMostNodes, kMostEvents, kMostFacts));
  }
  return {};
}

Expected<void> check_values(const Story& story) {
  if (story.request.language != "en" && story.request.language != "zh") return refuse("the story's language must be 'en' or 'zh'");
  if (story.title.english.empty() && story.title.chinese.empty()) return refuse("the story has no title");
  if (!is_within(story.arc_correlation, -1, 1)) return refuse("arc_correlation is outside -1 .. 1");
  CINELOOM_TRY(check_size(story.graph));
  for (const StoryNode& node : story.graph.nodes) { CINELOOM_TRY(check_node(node)); }
  return {};
}

}  // namespace

Expected<void> refuse_unknown_fields(const boost::json::value& given, const boost::json::value& known, const std::string& kind) {
  return check_fields(given, known, kind, "");
}

StoryVerdict judge_story(const Story& story) {
  StoryVerdict verdict;
  for (StoryFinding& finding : check_story(story)) (is_fault(finding) ? verdict.faults : verdict.advice).push_back(std::move(finding));
  return verdict;
}

Expected<Story> read_story(std::string_view text) {
  if (text.size() > kMostBytes) return refuse(fmt::format("a story has at most {} MiB", kMostBytes >> 20U));
  CINELOOM_TRY_ASSIGN(const boost::json::value given, json::parse(text));
  Story story;
  CINELOOM_TRY(json::read_value(given, story));
  CINELOOM_TRY(refuse_unknown_fields(given, json::to_value(story), "story"));
  CINELOOM_TRY(check_values(story));
  story.id = StoryId();
  story.findings = faults_of(story);
  return story;
}

Expected<Story> import_story(std::string_view text) {
  CINELOOM_TRY_ASSIGN(Story story, read_story(text));
  if (story.findings.empty()) return story;
  const StoryFinding& first = story.findings.front();
  return refuse(fmt::format("the story is not sound: {} faults, the first is '{}' at '{}': {}", story.findings.size(), first.kind, first.node, first.what));
}

}  // namespace cineloom
