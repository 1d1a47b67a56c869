#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "story/what_if/change.h"
#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

bool is_about(const Change& change, int character) { return character >= 0 && (change.character == character || change.other == character); }

/// Why the two cannot both be, the first one's kind not after the second's; empty if they can.
std::string reason(const Change& one, const Change& other, const FilmModel& model) {
  const auto name = [&](const Change& change) { return model.cast.name(change.character); };
  const bool is_same = one.character >= 0 && one.character == other.character;
  if (one.kind == ChangeKind::Survive && other.kind == ChangeKind::Die && is_same) return fmt::format("{} cannot both live and die", name(one));
  if (one.kind == ChangeKind::Survive && other.kind == ChangeKind::Absent && is_same)
    return fmt::format("{} cannot survive a story without {}", name(one), name(one));
  if (one.kind == ChangeKind::Die && other.kind == ChangeKind::Absent && is_same)
    return fmt::format("{} cannot die in a story without {}", name(one), name(one));
  if (one.kind == ChangeKind::Absent && other.kind != ChangeKind::Absent && is_about(other, one.character))
    return fmt::format("{} has no part in a story without {}", name(one), name(one));
  if (one.kind != other.kind)
    return one.kind == ChangeKind::Otherwise && other.kind == ChangeKind::Instead && one.happening >= 0 && one.happening == other.happening
               ? "what does not happen, nobody does"
               : "";
  switch (one.kind) {
    case ChangeKind::Ending: return one.direction == other.direction ? "" : "a film has one ending";
    case ChangeKind::Tone: return one.direction == other.direction ? "" : "it cannot be both lighter and darker";
    case ChangeKind::PointOfView: return is_same ? "" : "one tells it, not two";
    case ChangeKind::Era: return one.era == other.era ? "" : "it plays in one time";
    case ChangeKind::Instead: return is_same && one.other != other.other && one.happening == other.happening ? "two cannot take one part" : "";
    case ChangeKind::Die: return is_same && one.happening != other.happening ? fmt::format("{} dies once", name(one)) : "";
    default: return "";
  }
}

}  // namespace

std::vector<Contradiction> find_contradictions(std::span<const Change> changes, const FilmModel& model) {
  std::vector<Contradiction> found;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (std::size_t j = i + 1; j < changes.size(); ++j) {
      const bool in_order = changes[i].kind <= changes[j].kind;
      std::string why = in_order ? reason(changes[i], changes[j], model) : reason(changes[j], changes[i], model);
      if (!why.empty()) found.push_back({.first = i, .second = j, .why = std::move(why)});
    }
  }
  return found;
}

// A smallest cover of the pairs; every subset is tried, of equal ones the one that leaves out the latest changes.
std::vector<std::size_t> smallest_relaxation(std::span<const Change> changes, std::span<const Contradiction> contradictions) {
  std::uint32_t best = (1U << changes.size()) - 1;
  for (std::uint32_t left_out = 0; left_out < (1U << changes.size()); ++left_out) {
    const bool is_enough = std::ranges::all_of(
        contradictions, [&](const Contradiction& one) { return ((left_out >> one.first) & 1U) != 0 || ((left_out >> one.second) & 1U) != 0; });
    const auto fewer = std::popcount(left_out) <=> std::popcount(best);
    if (is_enough && (fewer < 0 || (fewer == 0 && left_out > best))) best = left_out;
  }
  std::vector<std::size_t> relaxed;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (((best >> i) & 1U) != 0) relaxed.push_back(i);
  }
  return relaxed;
}

LocalText describe(const Change& change, const FilmModel& model) {
  const auto name = [&](int who) { return who >= 0 ? model.cast.name(who) : std::string(); };
  const auto told = [&] { return change.happening >= 0 ? clipped(model.happenings[static_cast<std::size_t>(change.happening)].text) : std::string(); };
  const auto scene = [&] { return change.happening >= 0 ? model.happenings[static_cast<std::size_t>(change.happening)].scene + 1 : 0; };
  const bool is_up = change.direction == Direction::Up;
  switch (change.kind) {
    case ChangeKind::Survive: return {fmt::format("{} survives", name(change.character)), fmt::format("{}活了下来", name(change.character))};
    case ChangeKind::Die:
      return {fmt::format("{} dies in scene {}", name(change.character), scene()), fmt::format("{}在第{}场死去", name(change.character), scene())};
    case ChangeKind::Absent: return {fmt::format("{} is not in the story", name(change.character)), fmt::format("故事里没有{}", name(change.character))};
    case ChangeKind::Otherwise: return {fmt::format("this does not happen: “{}”", told()), fmt::format("这件事没有发生：“{}”", told())};
    case ChangeKind::Instead:
      if (change.happening < 0)
        return {fmt::format("{} takes the part of {}", name(change.other), name(change.character)),
                fmt::format("{}代替{}", name(change.other), name(change.character))};
      return {fmt::format("{}, not {}, does this: “{}”", name(change.other), name(change.character), told()),
              fmt::format("做这件事的是{}，不是{}：“{}”", name(change.other), name(change.character), told())};
    case ChangeKind::Ending: return is_up ? LocalText{"it ends well", "结局美满"} : LocalText{"it ends badly", "结局悲伤"};
    case ChangeKind::Tone: return is_up ? LocalText{"a lighter film", "基调更轻松"} : LocalText{"a darker film", "基调更黑暗"};
    case ChangeKind::PointOfView:
      return {fmt::format("only what {} sees and hears", name(change.character)), fmt::format("只有{}看到和听到的", name(change.character))};
    case ChangeKind::Rating: return {fmt::format("nothing unfit for age {}", change.age), fmt::format("没有{}岁不宜的内容", change.age)};
    case ChangeKind::Era: {
      constexpr std::array<std::pair<const char*, const char*>, 3> kEras = {{{"the Middle Ages", "中世纪"}, {"the 1920s", "1920年代"}, {"the future", "未来"}}};
      const auto& [english, chinese] = kEras[static_cast<std::size_t>(change.era)];
      return {fmt::format("it plays in {}", english), fmt::format("故事发生在{}", chinese)};
    }
  }
  return {};
}

}  // namespace cineloom::what_if
