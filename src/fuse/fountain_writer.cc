#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "fuse/fountain.h"
#include "fuse/internal/fountain_parser.h"

namespace cineloom {
namespace {

using fuse::FountainParse;
using fuse::TitlePage;
using enum ElementKind;

bool is_hidden(const ScreenplayElement& element) { return element.kind == Note || element.kind == Boneyard; }
bool is_spoken(const ScreenplayElement& element) { return element.kind == Dialogue || element.kind == Parenthetical; }

bool is_same(const ScreenplayElement& a, const ScreenplayElement& b) {
  return a.kind == b.kind && a.text == b.text && a.extension == b.extension && a.scene_number == b.scene_number && a.depth == b.depth && a.is_dual == b.is_dual;
}

bool is_same_title(const TitlePageEntry& a, const TitlePageEntry& b) { return a.key == b.key && a.values == b.values; }

/// An element with the notes that stand inside it.
struct Group {
  std::span<const ScreenplayElement> elements;
  std::optional<std::size_t> original;  ///< index of the same group in the text it was parsed from
  bool is_in_speech = false;            ///< stands on the line after a name or another line of the speech
  bool names_speaker = false;           ///< a name with something said behind it

  [[nodiscard]] const ScreenplayElement& head() const { return elements.front(); }
};

std::vector<Group> group(std::span<const ScreenplayElement> elements) {
  std::vector<Group> groups;
  for (std::size_t first = 0; first < elements.size();) {
    std::size_t end = first + 1;
    const Span outer = elements[first].source;
    const bool can_hold = !is_hidden(elements[first]) && outer.end > outer.begin;
    while (can_hold && end < elements.size() && is_hidden(elements[end]) && elements[end].source.begin >= outer.begin &&
           elements[end].source.end <= outer.end) {
      ++end;
    }
    groups.push_back({.elements = elements.subspan(first, end - first)});
    first = end;
  }
  return groups;
}

/// Per group, whether the next one that is no note is something said.
std::vector<bool> is_followed_by_speech(std::span<const Group> groups) {
  std::vector<bool> followed(groups.size());
  bool is_speech = false;
  for (std::size_t i = groups.size(); i-- > 0;) {
    followed[i] = is_speech;
    if (!is_hidden(groups[i].head())) is_speech = is_spoken(groups[i].head());
  }
  return followed;
}

/// A speech is a name and what stands on the lines below it; notes belong to it if more is said behind them.
void find_speeches(std::vector<Group>& groups) {
  const std::vector<bool> followed = is_followed_by_speech(groups);
  bool is_open = false;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const ScreenplayElement& head = groups[i].head();
    groups[i].is_in_speech = is_open && (is_spoken(head) || head.kind == Lyrics || (is_hidden(head) && followed[i]));
    is_open = groups[i].is_in_speech || head.kind == CharacterCue;
  }
  for (std::size_t i = 0; i + 1 < groups.size(); ++i) groups[i].names_speaker = groups[i].head().kind == CharacterCue && groups[i + 1].is_in_speech;
}

std::string with_mark_before_each_line(std::string_view mark, std::string_view text) {
  std::string marked(mark);
  for (const char letter : text) {
    marked += letter;
    if (letter == '\n') marked += mark;
  }
  return marked;
}

/// Two blanks keep an empty line inside a speech or a note.
std::string with_filled_lines(std::string_view text) {
  std::string filled;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool ends_line = i == text.size() || text[i] == '\n';
    if (ends_line && (filled.empty() || filled.back() == '\n')) filled += "  ";
    if (i < text.size()) filled += text[i];
  }
  return filled;
}

std::string name_line(const ScreenplayElement& name) {
  std::string line = name.text;
  if (!name.extension.empty()) line += " (" + name.extension + ")";
  return name.is_dual ? line + " ^" : line;
}

std::string heading_line(const ScreenplayElement& heading) {
  return heading.scene_number.empty() ? heading.text : heading.text + " #" + heading.scene_number + "#";
}

/// How an element can be written, the plainest form first; the last one is forced by its mark.
std::vector<std::string> forms_of(const ScreenplayElement& element) {
  const std::string& text = element.text;
  switch (element.kind) {
    case SceneHeading: return {heading_line(element), "." + heading_line(element)};
    case Action: return {text, "!" + text, with_mark_before_each_line("!", text)};
    case CharacterCue: return {name_line(element), "@" + name_line(element)};
    case Parenthetical: return {"(" + text + ")"};
    case Dialogue: return {with_filled_lines(text)};
    case Lyrics: return {"~" + text};
    case Transition: return {text, "> " + text};
    case Centered: return {"> " + text + " <"};
    case Section: return {std::string(static_cast<std::size_t>(std::max(element.depth, 1)), '#') + " " + text};
    case Synopsis: return {"= " + text};
    case Note: return {"[[" + with_filled_lines(text) + "]]"};
    case PageBreak: return {"==="};
    case Boneyard: return {"/*" + text + "*/"};
  }
  return {};
}

class Writer {
 public:
  Writer(const Screenplay& screenplay, std::string_view original)
      : screenplay_(screenplay), original_(original), parse_(fuse::parse_fountain_text(original, TitlePage::MayStandFirst)) {}

  std::string write() {
    originals_ = group(parse_.screenplay.elements);
    groups_ = group(screenplay_.elements);
    find_speeches(groups_);
    match();
    write_title();
    for (std::size_t i = 0; i < groups_.size(); ++i) write_group(i);
    write_tail();
    return std::move(text_);
  }

 private:
  void match() {
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> places;
    for (std::size_t i = 0; i < originals_.size(); ++i) places[{originals_[i].head().source.begin, originals_[i].head().source.end}] = i;
    for (Group& one : groups_) {
      const auto found = places.find({one.head().source.begin, one.head().source.end});
      if (found == places.end()) continue;
      if (std::ranges::equal(one.elements, originals_[found->second].elements, is_same)) one.original = found->second;
    }
    is_title_kept_ = !original_.empty() && std::ranges::equal(screenplay_.title_page, parse_.screenplay.title_page, is_same_title);
  }

  /// True if the groups stand side by side in the original as well; -1 and size() are the ends of the text.
  [[nodiscard]] bool are_neighbours(std::ptrdiff_t left, std::ptrdiff_t right) const {
    const auto original = [&](std::ptrdiff_t i) { return groups_[static_cast<std::size_t>(i)].original; };
    if (left < 0) return is_title_kept_ && right < std::ssize(groups_) && original(right) == 0U;
    if (!original(left)) return false;
    if (right >= std::ssize(groups_)) return *original(left) + 1 == originals_.size();
    return original(right) == *original(left) + 1;
  }

  [[nodiscard]] static std::size_t end_of(const Group& one) { return one.head().source.end; }

  void write_title() {
    if (is_title_kept_) {
      text_ = original_.substr(0, parse_.title_end);
      return;
    }
    for (const TitlePageEntry& entry : screenplay_.title_page) {
      text_ += (text_.empty() ? "" : "\n") + entry.key + ":";
      if (entry.values.size() == 1) text_ += " " + entry.values.front();
      for (std::size_t i = 0; entry.values.size() > 1 && i < entry.values.size(); ++i) text_ += "\n    " + entry.values[i];
    }
  }

  void write_group(std::size_t index) {
    const auto at = static_cast<std::ptrdiff_t>(index);
    const Group& one = groups_[index];
    const bool is_behind_original = are_neighbours(at - 1, at);
    if (is_behind_original) {
      const std::size_t from = index > 0 ? end_of(originals_[*groups_[index - 1].original]) : parse_.title_end;
      text_ += is_copied_ || index == 0 ? original_.substr(from, one.head().source.begin - from) : separator(one);
    } else {
      text_ += separator(one);
    }
    const bool is_in_place = is_behind_original && (is_copied_ || index == 0) && are_neighbours(at, at + 1);
    is_copied_ = one.original && (is_in_place || reads_back(source_of(one), one));
    if (is_copied_) {
      text_ += source_of(one);
      return;
    }
    text_ += best_form(one);
    for (const ScreenplayElement& inner : one.elements.subspan(1)) text_ += (one.is_in_speech || one.names_speaker ? "\n" : "\n\n") + forms_of(inner).front();
  }

  [[nodiscard]] std::string separator(const Group& one) const {
    if (text_.empty()) return "";
    return one.is_in_speech ? "\n" : "\n\n";
  }

  [[nodiscard]] std::string_view source_of(const Group& one) const {
    const Span span = one.head().source;
    return original_.substr(span.begin, span.end - span.begin);
  }

  [[nodiscard]] std::string best_form(const Group& one) const {
    ScreenplayElement head = one.head();
    if (is_spoken(head) && !one.is_in_speech) {
      head.text = head.kind == Parenthetical ? "(" + head.text + ")" : head.text;
      head.kind = Action;
    }
    const std::vector<std::string> forms = forms_of(head);
    const Group alone{.elements = {&head, 1}, .original = {}, .is_in_speech = one.is_in_speech, .names_speaker = one.names_speaker};
    const auto found = std::ranges::find_if(forms, [&](const std::string& form) { return reads_back(form, alone); });
    return found == forms.end() ? forms.back() : *found;
  }

  /// True if `form`, standing where the group will stand, is parsed as the group and nothing else.
  [[nodiscard]] bool reads_back(std::string_view form, const Group& one) const {
    const std::string before = one.is_in_speech ? "@X\n" : "";
    const std::string behind = one.names_speaker ? "\nx" : "\n\n";
    const TitlePage title = text_.empty() ? TitlePage::MayStandFirst : TitlePage::None;
    const FountainParse parse = fuse::parse_fountain_text(before + std::string(form) + behind, title);
    std::span<const ScreenplayElement> found = parse.screenplay.elements;
    if (one.is_in_speech && !found.empty()) found = found.subspan(1);
    if (one.names_speaker && !found.empty()) found = found.first(found.size() - 1);
    return parse.screenplay.title_page.empty() && std::ranges::equal(found, one.elements, is_same);
  }

  void write_tail() {
    if (is_copied_ && are_neighbours(std::ssize(groups_) - 1, std::ssize(groups_))) {
      text_ += original_.substr(end_of(originals_.back()));
    } else if (groups_.empty() && originals_.empty() && is_title_kept_) {
      text_ += original_.substr(parse_.title_end);
    } else if (!text_.empty()) {
      text_ += '\n';
    }
  }

  const Screenplay& screenplay_;
  std::string_view original_;
  FountainParse parse_;
  std::vector<Group> originals_;
  std::vector<Group> groups_;
  bool is_title_kept_ = false;
  bool is_copied_ = false;
  std::string text_;
};

}  // namespace

std::string write_fountain(const Screenplay& screenplay, std::string_view original) { return Writer(screenplay, original).write(); }

}  // namespace cineloom
