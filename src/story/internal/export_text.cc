#include "story/internal/export_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/markup.h"
#include "base/sha256.h"

namespace cineloom::story {
namespace {

// In lower case. What ink or Twine would take for something of their own.
constexpr std::array<std::string_view, 34> kTaken{"end",     "done",     "else",        "true",  "false",       "not",        "and",         "or",      "mod",
                                                  "has",     "hasnt",    "return",      "ref",   "temp",        "function",   "var",         "const",   "list",
                                                  "include", "external", "todo",        "min",   "max",         "pow",        "floor",       "ceiling", "int",
                                                  "float",   "random",   "seed_random", "turns", "turns_since", "read_count", "choice_count"};
constexpr std::size_t kLongestName = 60;

bool is_name(std::string_view id) {
  const auto is_part = [](char letter) { return letter == '_' || std::isalnum(static_cast<unsigned char>(letter)) != 0; };
  if (id.empty() || id.size() > kLongestName || std::isalpha(static_cast<unsigned char>(id[0])) == 0 || !std::ranges::all_of(id, is_part)) return false;
  std::string lower(id);
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::ranges::find(kTaken, lower) == kTaken.end() && !lower.starts_with("story") && !lower.starts_with("passage") && !lower.starts_with("list_");
}

}  // namespace

std::string told(const Story& story, const LocalText& text) {
  const bool is_chinese = story.request.language == "zh";
  const std::string& wanted = is_chinese ? text.chinese : text.english;
  return one_line(wanted.empty() ? (is_chinese ? text.english : text.chinese) : wanted);
}

std::string title_of(const Story& story) {
  const std::string title = told(story, story.title);
  if (!title.empty()) return title;
  return story.request.language == "zh" ? "无题" : "Untitled";
}

std::string heading_of(const Story& story, const StoryNode& node) {
  std::string heading = told(story, node.title);
  if (heading.empty()) heading = one_line(node.beat);
  if (heading.empty()) heading = one_line(node.id);
  return heading.empty() ? "…" : heading;
}

std::string label_of(const Story& story, const StoryChoice& choice) {
  const std::string label = told(story, choice.label);
  return label.empty() ? "…" : label;
}

std::vector<std::string> paragraphs_of(std::string_view text) {
  std::vector<std::string> paragraphs;
  const std::string clean = printable(text);
  for (std::size_t at = 0; at <= clean.size();) {
    const std::size_t end = std::min(clean.find('\n', at), clean.size());
    if (std::string line = one_line(std::string_view(clean).substr(at, end - at)); !line.empty()) paragraphs.push_back(std::move(line));
    at = end + 1;
  }
  return paragraphs;
}

std::string uuid_of(const Story& story) {
  Sha256 hash;
  const auto add = [&](std::string_view text) {
    hash.add(text);
    hash.add(std::string_view("\0", 1));
  };
  add(story.title.english);
  add(story.title.chinese);
  for (const StoryNode& node : story.graph.nodes) {
    add(node.id);
    add(node.text);
    for (const StoryChoice& choice : node.choices) {
      add(choice.label.english);
      add(choice.label.chinese);
      add(choice.to);
    }
  }
  std::string digits = std::move(hash).finish();
  digits[12] = '4';
  digits[16] = "89ab"[static_cast<std::size_t>(digits[16]) % 4];
  std::ranges::transform(digits, digits.begin(), [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  const std::string_view view = digits;
  return fmt::format("{}-{}-{}-{}-{}", view.substr(0, 8), view.substr(8, 4), view.substr(12, 4), view.substr(16, 4), view.substr(20, 12));
}

NodeNames::NodeNames(const StoryGraph& graph) {
  std::set<std::string> used;
  for (const StoryNode& node : graph.nodes) {
    if (is_name(node.id) && names_.emplace(node.id, node.id).second) used.insert(node.id);
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (names_.contains(graph.nodes[i].id)) continue;
    std::string name = fmt::format("node_{}", i);
    while (!used.insert(name).second) name += '_';
    names_.emplace(graph.nodes[i].id, std::move(name));
  }
}

bool begins_or_doubles(std::string_view line, std::size_t at) {
  return at == 0 || line[at - 1] == line[at] || (at + 1 < line.size() && line[at + 1] == line[at]);
}

}  // namespace cineloom::story
