#include "fuse/internal/plain_layout.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "fuse/internal/line_kinds.h"
#include "fuse/internal/words.h"

namespace cineloom::fuse {
namespace {

constexpr std::size_t kLongestName = 42;
constexpr std::size_t kLongestSlug = 80;
constexpr int kManyLabels = 10;
constexpr std::size_t kMostNameWords = 6;
constexpr std::size_t kLeastIndent = 3;
constexpr std::size_t kLongestGap = 2;  ///< empty lines between a name and its speech

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

std::string_view strip_marks(std::string_view word) {
  while (!word.empty() && std::string_view("().*").contains(word.back())) word.remove_suffix(1);
  while (!word.empty() && word.front() == '(') word.remove_prefix(1);
  return word;
}

/// "12", "12A", "A12", "12." at the end of a heading or before it.
bool is_margin_number(std::string_view word) {
  word = strip_marks(word);
  if (word.empty() || word.size() > 5) return false;
  const auto digits = std::ranges::count_if(word, is_digit);
  const bool is_plain = std::ranges::all_of(word, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
  return is_plain && digits > 0 && std::ssize(word) - digits <= 2;
}

/// "KITCHEN - NIGHT", "SPACE -- LATER": a slug in capitals that ends in a time.
bool ends_in_time(std::string_view text) {
  const auto dash = text.rfind("- ");
  if (dash == std::string_view::npos || dash < 3 || text.size() > kLongestSlug || !is_upper_line(text)) return false;
  std::string_view time = trim_blanks(text.substr(dash + 2));
  while (!time.empty() && std::string_view(".)").contains(time.back())) time.remove_suffix(1);
  constexpr std::array<std::string_view, 13> kTimes = {"DAY",    "NIGHT",         "MORNING", "EVENING",    "AFTERNOON", "DAWN", "DUSK",
                                                       "SUNSET", "MOMENTS LATER", "LATER",   "CONTINUOUS", "SAME TIME", "SAME"};
  return std::ranges::find(kTimes, time) != kTimes.end();
}

bool opens_scene(std::string_view text) {
  constexpr std::array<std::string_view, 8> kStarts = {"EXT/INT", "EXT./INT", "INTERIOR ", "EXTERIOR ", "INTERIOR:", "EXTERIOR:", "INT:", "EXT:"};
  const auto starts = [&](std::string_view start) { return text.starts_with(start); };
  return is_scene_heading(text) || (std::ranges::any_of(kStarts, starts) && is_upper_line(text)) || ends_in_time(text);
}

std::size_t words_in(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1; }

std::size_t most_frequent(const std::map<std::size_t, int>& counts) {
  std::size_t best = 0;
  int best_count = 0;
  for (const auto& [column, count] : counts) {
    // Drifted pages put neighbours beside the usual column.
    int around = 0;
    for (std::size_t near = column > 0 ? column - 1 : 0; near <= column + 1; ++near) around += counts.contains(near) ? counts.at(near) : 0;
    if (2 * around + count <= best_count) continue;
    best = column;
    best_count = 2 * around + count;
  }
  return best;
}

/// The line behind a name with its gap, or size() if it is too far.
std::size_t line_behind(std::span<const PlainLine> lines, std::size_t at) {
  std::size_t next = at + 1;
  while (next < lines.size() && next - at <= kLongestGap && (lines[next].is_blank() || lines[next].is_furniture)) ++next;
  return next < lines.size() && !lines[next].is_blank() && !lines[next].is_furniture ? next : lines.size();
}

}  // namespace

WildHeading wild_heading(std::string_view line) {
  std::string number;
  if (const auto blank = line.find(' '); blank != std::string_view::npos && is_margin_number(line.substr(0, blank))) {
    const std::string_view rest = trim_blanks(line.substr(blank));
    if (opens_scene(rest)) {
      number = strip_marks(line.substr(0, blank));
      line = rest;
    }
  }
  if (!opens_scene(line)) return {};
  const auto last = line.rfind(' ');
  const bool has_gap = last != std::string_view::npos && last > 1 && line[last - 1] == ' ';
  if (last != std::string_view::npos && (has_gap || !number.empty()) && is_margin_number(line.substr(last + 1))) {
    const std::string_view behind = strip_marks(line.substr(last + 1));
    if (number.empty() || behind == number) {
      number = behind;
      line = trim_blanks(line.substr(0, last));
    }
  }
  ScreenplayElement heading{.text = std::string(line)};
  take_scene_number(heading);
  return {.text = std::move(heading.text), .number = heading.scene_number.empty() ? number : heading.scene_number};
}

bool is_wild_transition(std::string_view line) {
  if (line.size() > kLongestName || !is_upper_line(line)) return false;
  if (line.ends_with("TO:") || line.ends_with("FADE IN:") || line == "FADE IN" || line.ends_with("CUT.")) return true;
  constexpr std::array<std::string_view, 7> kStarts = {"FADE OUT", "FADE TO", "FADE IN", "CUT TO", "SMASH CUT", "DISSOLVE", "MATCH CUT"};
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return line.starts_with(start); });
}

bool may_name_speaker(std::string_view line) {
  const std::string_view name = trim_blanks(line.substr(0, line.find('(')));
  if (name.empty() || name.size() > kLongestName || words_in(name) > kMostNameWords || !is_name_line(line)) return false;
  if (!wild_heading(line).text.empty() || is_wild_transition(line)) return false;
  if (std::string_view("!?:;,-").contains(name.back()) || name.ends_with("...") || name.ends_with("…")) return false;
  constexpr std::array<std::string_view, 14> kCalls = {"THE END",       "LATER",   "TITLE",     "TITLES", "END",   "CONTINUED", "OMITTED",
                                                       "MOMENTS LATER", "MONTAGE", "FLASHBACK", "BLACK",  "SUPER", "INTERCUT",  "CREDITS"};
  return std::ranges::find(kCalls, name) == kCalls.end() && !name.starts_with("THE END") && !name.starts_with("BACK TO ");
}

std::string_view speaker_label(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon + 2 >= line.size() || line[colon + 1] != ' ') return {};
  const std::string_view name = trim_blanks(line.substr(0, colon));
  return may_name_speaker(name) && !is_upper_line(line.substr(colon + 1)) ? name : std::string_view();
}

bool sounds_spoken(std::string_view line) {
  if (line.contains('?') || line.contains('!')) return true;
  constexpr std::array<std::string_view, 18> kPersons = {"i",  "im", "ill", "ive",  "my",   "me",  "you", "your",  "youre",
                                                         "we", "us", "our", "lets", "dont", "yes", "no",  "thats", "thank"};
  const std::vector<std::string> words = words_of(line);
  return std::ranges::any_of(words, [&](const std::string& word) { return std::ranges::find(kPersons, word) != kPersons.end(); });
}

PlainLayout find_layout(std::span<const PlainLine> lines) {
  std::map<std::size_t, int> names;
  std::map<std::size_t, int> speeches;
  std::map<std::size_t, int> others;
  int direct = 0;
  int behind_blank = 0;
  enum class Place { Outside, BehindName, InSpeech } place = Place::Outside;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const PlainLine& line = lines[i];
    if (line.is_blank() && place == Place::InSpeech) place = Place::Outside;
    if (line.is_furniture || line.is_blank()) continue;
    const std::size_t next = place == Place::Outside && may_name_speaker(line.text) ? line_behind(lines, i) : lines.size();
    const bool is_name = next < lines.size() && !is_upper_line(lines[next].text) && lines[next].column <= line.column;
    if (is_name) {
      ++names[line.column];
      ++(next == i + 1 ? direct : behind_blank);
      if (!lines[next].text.starts_with('(')) ++speeches[lines[next].column];
      place = Place::BehindName;
    } else if (place != Place::Outside) {
      place = Place::InSpeech;
    } else if (!is_upper_line(line.text)) {
      ++others[line.column];
    }
  }
  PlainLayout layout{.action = most_frequent(others), .speech = most_frequent(speeches), .name = most_frequent(names)};
  layout.is_indented = layout.name >= layout.speech + kLeastIndent && layout.speech >= layout.action + kLeastIndent;
  layout.has_blank_behind_names = behind_blank > direct;
  const auto labels = std::ranges::count_if(lines, [](const PlainLine& line) { return !speaker_label(line.text).empty(); });
  layout.has_labels = labels >= kManyLabels && labels > direct + behind_blank;
  return layout;
}

}  // namespace cineloom::fuse
