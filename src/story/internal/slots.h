#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace cineloom::story {

/// Behind the colon of a slot that a narrator would say as "me" ("gave {hero:me} the map") or "mine" ("a friend of {hero:mine}", which is
/// "Mira's" otherwise). Any other word there is said as it is where none of the roles tells the story.
inline constexpr std::string_view kObject = "me";
inline constexpr std::string_view kOwned = "mine";

/// "{hero}", "{hero:me}" or "{hero+ally:They}" in a template.
struct Slot {
  std::size_t length = 0;               ///< of the whole, in bytes
  std::vector<std::string_view> roles;  ///< at least one
  std::string_view word;                ///< behind the colon; empty = none
};

/// The slot that begins at a byte; nothing where none does. The views are into `text`.
inline std::optional<Slot> slot_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '{') return std::nullopt;
  const auto close = text.find('}', at);
  if (close == std::string_view::npos) return std::nullopt;
  Slot slot{.length = close + 1 - at, .roles = {}, .word = {}};
  std::string_view inside = text.substr(at + 1, close - at - 1);
  if (const auto colon = inside.find(':'); colon != std::string_view::npos) {
    slot.word = inside.substr(colon + 1);
    inside = inside.substr(0, colon);
  }
  for (auto plus = inside.find('+'); plus != std::string_view::npos; plus = inside.find('+')) {
    slot.roles.push_back(inside.substr(0, plus));
    inside.remove_prefix(plus + 1);
  }
  slot.roles.push_back(inside);
  return slot;
}

}  // namespace cineloom::story
