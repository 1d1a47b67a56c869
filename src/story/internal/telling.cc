#include "story/internal/telling.h"

#include <algorithm>

namespace cineloom::story {

std::string fill(std::string text, const Cast& cast) {
  for (const auto& [role, name] : cast) {
    const std::string slot = "{" + role + "}";
    for (auto at = text.find(slot); at != std::string::npos; at = text.find(slot, at + name.size())) text.replace(at, slot.size(), name);
  }
  // A sentence may begin with a name such as "the Grey Duke".
  bool begins = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins && text[i] >= 'a' && text[i] <= 'z') text[i] = static_cast<char>(text[i] - 'a' + 'A');
    if (text[i] != ' ' && text[i] != '"') begins = text[i] == '.' || text[i] == '!' || text[i] == '?';
  }
  return text;
}

std::string tell(const EventSchema& schema, const Cast& cast, const std::string& language, Seed seed) {
  const auto& tellings = language == "zh" ? schema.text.chinese : schema.text.english;
  return fill(tellings[Random(derive_seed(seed, schema.name)).below(tellings.size())], cast);
}

void append_telling(StoryNode& node, const StoryEvent& event, const std::string& telling, const std::string& language) {
  const auto is_of_last = [&](const Fact& fact) { return std::ranges::find(node.events.back().added, fact) != node.events.back().added.end(); };
  if (!node.events.empty() && !std::ranges::any_of(event.preconditions, is_of_last)) {
    node.text += '\n';
  } else if (!node.text.empty() && language != "zh") {
    node.text += ' ';
  }
  node.text += telling;
}

}  // namespace cineloom::story
