#include "fuse/plain_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/utf8.h"
#include "fuse/internal/line_kinds.h"
#include "fuse/internal/plain_layout.h"
#include "fuse/internal/plain_lines.h"

namespace cineloom {
namespace {

using fuse::PlainLayout;
using fuse::PlainLine;
using fuse::PlainText;
using enum ElementKind;

constexpr std::size_t kMostBytes = 32U << 20U;
constexpr std::size_t kLinesPerPage = 55;
constexpr std::size_t kBehindNames = 14;  ///< columns: only transitions stand so far to the right of names
constexpr std::size_t kLongestAside = 6;  ///< lines of a parenthetical that is not closed

class Reader {
 public:
  Reader(const PlainText& text, const PlainLayout& layout) : lines_(text.lines), layout_(layout) {}

  Screenplay read() {
    count_names();
    while (at_ < lines_.size()) {
      if (!skip_empty()) block();
    }
    return std::move(screenplay_);
  }

 private:
  [[nodiscard]] const PlainLine& line() const { return lines_[at_]; }

  /// Empty lines, and furniture, which often stands inside a speech that goes on.
  bool skip_empty() {
    if (!line().is_blank() && !line().is_furniture) return false;
    expects_more_ = expects_more_ || line().is_more;
    follows_blank_ = true;
    ++at_;
    return true;
  }

  ScreenplayElement& add(ElementKind kind, std::string text, Span span) {
    screenplay_.elements.push_back({.kind = kind, .text = std::move(text), .source = span});
    return screenplay_.elements.back();
  }

  void take_line(ElementKind kind, std::string text) {
    add(kind, std::move(text), line().span);
    ++at_;
    follows_blank_ = false;
  }

  void block() {
    if (auto heading = fuse::wild_heading(line().text); !heading.text.empty() && is_outside_speech()) {
      take_line(SceneHeading, std::move(heading.text));
      screenplay_.elements.back().scene_number = std::move(heading.number);
      has_begun_ = true;
      expects_more_ = false;
    } else if (fuse::is_wild_transition(line().text) || stands_at_right_margin()) {
      take_line(Transition, line().text);
      has_begun_ = true;
    } else if (layout_.has_labels && !fuse::speaker_label(line().text).empty()) {
      labelled_speech();
    } else if (names_speaker()) {
      name_and_speech();
    } else if (layout_.is_indented && is_at_speech() && follows_speech() && has_begun_) {
      speech();
    } else {
      action();
    }
  }

  [[nodiscard]] bool is_outside_speech() const { return !layout_.is_indented || line().column < (layout_.speech + layout_.name + 1) / 2; }

  [[nodiscard]] bool stands_at_right_margin() const {
    return layout_.is_indented && line().column >= layout_.name + kBehindNames && fuse::is_upper_line(line().text);
  }

  /// Nearest of the three columns, so that pages may drift.
  [[nodiscard]] bool is_at_speech() const { return is_at_speech(line().column); }
  [[nodiscard]] bool is_at_speech(std::size_t column) const {
    return 2 * column > layout_.action + layout_.speech;  // names and asides stand further in
  }
  [[nodiscard]] bool is_at_name() const { return 2 * line().column >= layout_.speech + layout_.name; }

  [[nodiscard]] bool follows_speech() const {
    if (screenplay_.elements.empty()) return false;
    const ElementKind last = screenplay_.elements.back().kind;
    return last == Dialogue || last == Parenthetical || last == CharacterCue;
  }

  /// The next line with words, at most two empty ones away; size() if there is none.
  [[nodiscard]] std::size_t next_full(std::size_t most_empty) const {
    std::size_t next = at_ + 1;
    std::size_t empty = 0;
    while (next < lines_.size() && empty <= most_empty && (lines_[next].is_blank() || lines_[next].is_furniture)) {
      empty += lines_[next].is_blank() ? 1U : 0U;
      ++next;
    }
    return empty <= most_empty ? next : lines_.size();
  }

  [[nodiscard]] bool names_speaker() const {
    if (!has_begun_ && !layout_.is_indented) return false;
    if (!fuse::may_name_speaker(line().text)) return false;
    if (layout_.is_indented) {
      const std::size_t next = next_full(2);
      return is_at_name() && next < lines_.size() && is_at_speech(lines_[next].column);
    }
    if (!follows_blank_ && at_ > 0) return false;
    const std::size_t next = next_full(layout_.has_blank_behind_names ? 1 : 0);
    if (next >= lines_.size()) return false;
    return next == at_ + 1 || (!fuse::may_name_speaker(lines_[next].text) && is_known_name(lines_[next].text));
  }

  /// With an empty line behind names, every slug ("AT THE CAR") looks like one: a name occurs again, has an extension, or
  /// what stands behind it sounds spoken.
  [[nodiscard]] bool is_known_name(std::string_view behind) const {
    const std::string_view text = line().text;
    const auto open = text.find('(');
    if (open != std::string_view::npos && open > 0) return true;
    const auto times = name_counts_.find(text);
    return (times != name_counts_.end() && times->second > 1) || fuse::sounds_spoken(behind);
  }

  void count_names() {
    if (layout_.is_indented || !layout_.has_blank_behind_names) return;
    for (const PlainLine& one : lines_) {
      if (!fuse::may_name_speaker(one.text)) continue;
      ++name_counts_[fuse::trim_blanks(std::string_view(one.text).substr(0, one.text.find('(')))];
    }
  }

  void name_and_speech() {
    ScreenplayElement name{.kind = CharacterCue, .text = line().text, .source = line().span};
    fuse::take_name_parts(name);
    if (!expects_more_ || !goes_on(name)) screenplay_.elements.push_back(std::move(name));
    expects_more_ = false;
    ++at_;
    while (at_ < lines_.size() && (lines_[at_].is_blank() || lines_[at_].is_furniture)) ++at_;
    speech();
  }

  void labelled_speech() {
    const std::string label(fuse::speaker_label(line().text));
    ScreenplayElement name{.kind = CharacterCue, .text = label, .source = line().span};
    fuse::take_name_parts(name);
    screenplay_.elements.push_back(std::move(name));
    add(Dialogue, std::string(fuse::trim_blanks(std::string_view(line().text).substr(line().text.find(':') + 1))), line().span);
    ++at_;
    while (at_ < lines_.size() && !line().is_blank() && !line().is_furniture && fuse::speaker_label(line().text).empty() && !line().text.starts_with('[') &&
           fuse::wild_heading(line().text).text.empty()) {
      said();
    }
    follows_blank_ = false;
    has_begun_ = true;
  }

  /// A speech that (MORE) broke at the end of a page goes on under the same name.
  [[nodiscard]] bool goes_on(const ScreenplayElement& name) {
    // A speech may be very long: each element is looked at once.
    for (; looked_at_ < screenplay_.elements.size(); ++looked_at_) {
      if (screenplay_.elements[looked_at_].kind == CharacterCue) last_name_ = looked_at_;
    }
    return follows_speech() && last_name_ && screenplay_.elements[*last_name_].text == name.text;
  }

  /// Lines up to an empty one; where columns tell, up to the first that stands with the action or names another.
  void speech() {
    while (at_ < lines_.size() && !line().is_blank()) {
      if (line().is_furniture) {
        expects_more_ = expects_more_ || line().is_more;
        ++at_;
        continue;
      }
      if (layout_.is_indented && (!is_at_speech() || (is_at_name() && names_speaker()))) break;
      if (line().text.starts_with('(')) {
        aside();
      } else {
        said();
      }
    }
    follows_blank_ = at_ < lines_.size() && line().is_blank();
    // In the wild a lone aside is often followed by an empty line before the speech goes on.
    if (!layout_.is_indented && layout_.has_blank_behind_names && is_last(Parenthetical)) go_on_behind_blank();
  }

  void go_on_behind_blank() {
    while (at_ < lines_.size() && line().is_blank()) ++at_;
    if (at_ < lines_.size() && !fuse::may_name_speaker(line().text) && fuse::wild_heading(line().text).text.empty()) speech();
  }

  [[nodiscard]] bool is_last(ElementKind kind) const { return !screenplay_.elements.empty() && screenplay_.elements.back().kind == kind; }

  void said() {
    if (is_last(Dialogue)) {
      ScreenplayElement& dialogue = screenplay_.elements.back();
      dialogue.text += " " + line().text;
      dialogue.source.end = std::max(dialogue.source.end, line().span.end);
    } else {
      add(Dialogue, line().text, line().span);
    }
    ++at_;
  }

  void aside() {
    const std::size_t begin = at_;
    std::string text = line().text;
    Span span = line().span;
    ++at_;
    while (!text.contains(')') && at_ < lines_.size() && !line().is_blank() && at_ - begin < kLongestAside) {
      text += " " + line().text;
      span.end = std::max(span.end, line().span.end);
      ++at_;
    }
    const auto close = text.find(')');
    const std::string_view behind = close == std::string::npos ? std::string_view() : fuse::trim_blanks(std::string_view(text).substr(close + 1));
    add(Parenthetical, std::string(std::string_view(text).substr(1, (close == std::string::npos ? text.size() : close) - 1)), span);
    if (!behind.empty()) add(Dialogue, std::string(behind), {.begin = span.end, .end = span.end});
  }

  void action() {
    ScreenplayElement& paragraph = add(Action, line().text, line().span);
    ++at_;
    follows_blank_ = false;
    while (at_ < lines_.size() && !line().is_blank() && !line().is_furniture && continues_action()) {
      paragraph.text += " " + line().text;
      paragraph.source.end = std::max(paragraph.source.end, line().span.end);
      ++at_;
    }
  }

  [[nodiscard]] bool continues_action() const {
    if (!fuse::wild_heading(line().text).text.empty() || fuse::is_wild_transition(line().text)) return false;
    return !layout_.is_indented || !names_speaker();
  }

  const std::vector<PlainLine>& lines_;
  const PlainLayout& layout_;
  std::size_t at_ = 0;
  bool follows_blank_ = true;
  bool has_begun_ = false;     ///< the first heading or call was seen: before it stands the title page
  bool expects_more_ = false;  ///< (MORE) was seen
  std::size_t looked_at_ = 0;                ///< elements in search of names
  std::optional<std::size_t> last_name_ = {};  ///< of those, the last name's index
  std::unordered_map<std::string_view, int> name_counts_;  ///< lines that look like a name, without extension
  Screenplay screenplay_;
};

struct Amounts {
  int headings = 0;
  int names = 0;
  int speech_lines = 0;
};

Amounts amounts_of(const Screenplay& screenplay) {
  Amounts amounts;
  for (const ScreenplayElement& element : screenplay.elements) {
    amounts.headings += element.kind == SceneHeading ? 1 : 0;
    amounts.names += element.kind == CharacterCue ? 1 : 0;
    if (element.kind == Dialogue) amounts.speech_lines += 1 + static_cast<int>(element.text.size() / 40);
  }
  return amounts;
}

/// 1 inside [low, high], falling to 0 outside.
double within(double value, double low, double high) {
  if (value < low) return value / low;
  return value <= high ? 1 : high / value;
}

double score_of(const Screenplay& screenplay, const PlainText& text) {
  const Amounts amounts = amounts_of(screenplay);
  const auto full = static_cast<double>(std::ranges::count_if(text.lines, [](const PlainLine& line) { return !line.is_blank() && !line.is_furniture; }));
  if (full == 0 || amounts.headings + amounts.names == 0) return 0;
  const double pages = std::max(1.0, static_cast<double>(text.lines.size()) / kLinesPerPage);
  const double headings = within(amounts.headings / pages, 0.2, 8);
  const double per_name = amounts.names == 0 ? 0 : within(static_cast<double>(amounts.speech_lines) / amounts.names, 0.8, 12);
  const double spoken = within((amounts.names + amounts.speech_lines) / full, 0.15, 1.2);
  return std::cbrt(headings * per_name * spoken);
}

std::unexpected<Error> no_screenplay(std::string_view why) {
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, fmt::format("there is no screenplay here: {}", why)).advise("give it as Fountain, .fdx or plain text"));
}

}  // namespace

Expected<PlainScript> parse_plain_script(std::string_view source) {
  if (source.size() > kMostBytes) return no_screenplay(fmt::format("{} bytes are more than {}", source.size(), kMostBytes));
  if (!is_valid_utf8(source)) return no_screenplay("it is not UTF-8");
  const PlainText text = fuse::read_plain_lines(source);
  const PlainLayout layout = fuse::find_layout(text.lines);
  PlainScript script{.is_indented = layout.is_indented, .has_html = text.has_html, .is_double_spaced = text.is_double_spaced, .furniture = text.furniture};
  script.screenplay = Reader(text, layout).read();
  const Amounts amounts = amounts_of(script.screenplay);
  if (amounts.headings == 0 && amounts.names < 2) return no_screenplay("no scene heading and no speech was found");
  script.score = score_of(script.screenplay, text);
  return script;
}

}  // namespace cineloom
