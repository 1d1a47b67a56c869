#include "fuse/internal/fountain_parser.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "fuse/internal/fountain_lines.h"
#include "fuse/internal/line_kinds.h"

namespace cineloom::fuse {
namespace {

constexpr std::size_t kLongestTitleKey = 40;

bool is_blank(char letter) { return letter == ' ' || letter == '\t'; }

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Action keeps its indentation; a tab is four blanks.
std::string action_text(std::string_view line) {
  line = trim_end(line);
  std::string text;
  while (!line.empty() && is_blank(line.front())) {
    text += line.front() == '\t' ? "    " : " ";
    line.remove_prefix(1);
  }
  return text.append(line);
}

bool is_all(std::string_view text, char letter) { return text.find_first_not_of(letter) == std::string_view::npos; }

/// "Draft date: ..." but neither "FADE IN:" nor a sentence with a colon.
bool is_title_key(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > kLongestTitleKey || is_scene_heading(line)) return false;
  constexpr std::string_view kMarks = "!@#.>~=[/(\"";
  return !kMarks.contains(line.front()) && line.substr(0, colon).find_first_of(",;?!") == std::string_view::npos;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : source_(text), cut_(text) {}

  FountainParse parse(TitlePage title) {
    if (title == TitlePage::MayStandFirst) title_page();
    flush_hidden();
    while (at_ < lines().size()) {
      element();
      flush_hidden();
    }
    return std::move(parse_);
  }

 private:
  /// What the element before allows without an empty line between.
  enum class Before { Text, Heading, Break };

  [[nodiscard]] const std::vector<FountainLine>& lines() const { return cut_.lines; }
  [[nodiscard]] const FountainLine& line() const { return lines()[at_]; }
  [[nodiscard]] std::string_view bare() const { return line().bare; }
  [[nodiscard]] bool is_all_hidden(std::size_t index) const {
    const FountainLine& one = lines()[index];
    return one.bare.empty() && one.first_hidden < one.end_hidden;
  }
  [[nodiscard]] bool follows_blank() const { return at_ == 0 || lines()[at_ - 1].bare.empty() || before_ == Before::Break; }

  [[nodiscard]] bool precedes_blank() const { return at_ + 1 >= lines().size() || lines()[at_ + 1].bare.empty(); }

  /// True if something is said behind a name: notes between do not count.
  [[nodiscard]] bool precedes_speech() const {
    std::size_t next = at_ + 1;
    while (next < lines().size() && is_all_hidden(next) && cut_.hidden[lines()[next].first_hidden].kind == ElementKind::Note) ++next;
    return next < lines().size() && !lines()[next].bare.empty();
  }

  ScreenplayElement& add(ElementKind kind, std::string text, Span span) {
    using enum ElementKind;
    before_ = kind == PageBreak || kind == Section || kind == Synopsis         ? Before::Break
              : kind == SceneHeading || kind == Transition || kind == Centered ? Before::Heading
                                                                               : Before::Text;
    parse_.screenplay.elements.push_back({.kind = kind, .text = std::move(text), .source = span});
    return parse_.screenplay.elements.back();
  }

  /// The line's place without the blanks around it; hidden parts stay inside.
  [[nodiscard]] Span bare_span() const {
    Span span = line().span;
    while (span.begin < span.end && is_blank(source_[span.begin])) ++span.begin;
    while (span.begin < span.end && is_blank(source_[span.end - 1])) --span.end;
    return span;
  }

  ScreenplayElement& add_line(ElementKind kind, std::string_view text) {
    ScreenplayElement& element = add(kind, std::string(trim_blanks(text)), bare_span());
    ++at_;
    return element;
  }

  /// Notes and boneyards of the lines read since the last call become elements.
  void flush_hidden() {
    const std::size_t end = at_ == 0 ? 0 : lines()[at_ - 1].end_hidden;
    for (; next_hidden_ < end; ++next_hidden_) {
      const HiddenText& hidden = cut_.hidden[next_hidden_];
      const std::string_view inner = source_.substr(hidden.span.begin + 2, hidden.span.end - hidden.span.begin - 4);
      parse_.screenplay.elements.push_back({.kind = hidden.kind, .text = std::string(trim_blanks(inner)), .source = hidden.span});
    }
  }

  // "Key: value" lines, or "Key:" followed by indented lines, up to the first line that is neither.
  void title_page() {
    auto& entries = parse_.screenplay.title_page;
    while (at_ < lines().size() && lines()[at_].bare.empty() && !is_all_hidden(at_)) ++at_;
    const std::size_t begin = at_;
    for (; at_ < lines().size() && !bare().empty(); ++at_) {
      const std::string_view text = line().text;
      if (is_blank(text.front()) && !entries.empty()) {
        entries.back().values.emplace_back(bare());
      } else if (!is_blank(text.front()) && is_title_key(bare())) {
        const auto colon = bare().find(':');
        entries.push_back({.key = std::string(trim_blanks(bare().substr(0, colon))), .values = {}});
        if (const auto value = trim_blanks(bare().substr(colon + 1)); !value.empty()) entries.back().values.emplace_back(value);
      } else {
        break;
      }
    }
    if (entries.empty() || (entries.size() == 1 && entries[0].values.empty())) {
      entries.clear();
      at_ = begin;
      return;
    }
    parse_.title_end = lines()[at_ - 1].span.end;
    before_ = Before::Break;
    // Hidden text of the title page stays in it.
    next_hidden_ = lines()[at_ - 1].end_hidden;
  }

  void element() {
    const std::string_view text = bare();
    if (text.empty()) {
      ++at_;
    } else if (text.size() > 2 && is_all(text, '=')) {
      add_line(ElementKind::PageBreak, "");
    } else if (text.starts_with('=') && !is_all(text, '=')) {
      add_line(ElementKind::Synopsis, text.substr(1));
    } else if (text.starts_with('#')) {
      section();
    } else if (text.starts_with('>') && text.find_first_not_of("> \t<") != std::string_view::npos) {
      const bool is_centered = text.ends_with('<');
      add_line(is_centered ? ElementKind::Centered : ElementKind::Transition, text.substr(1, text.size() - (is_centered ? 2 : 1)));
    } else if (text.starts_with('~')) {
      add_line(ElementKind::Lyrics, text.substr(1));
    } else {
      spoken_or_seen();
    }
  }

  void spoken_or_seen() {
    const std::string_view text = bare();
    const bool is_forced_heading = text.size() > 1 && text[0] == '.' && text[1] != '.' && !is_blank(text[1]);
    const bool may_be_heading = follows_blank() || before_ == Before::Heading;
    if (may_be_heading && (is_forced_heading || is_scene_heading(text))) {
      take_scene_number(add_line(ElementKind::SceneHeading, text.substr(is_forced_heading ? 1 : 0)));
    } else if (follows_blank() && text.size() > 1 && text.starts_with('@')) {
      dialogue(text.substr(1));
    } else if (follows_blank() && precedes_blank() && !text.starts_with('!') && is_transition(trim_blanks_before(line().text))) {
      add_line(ElementKind::Transition, text);
    } else if (follows_blank() && precedes_speech() && !text.starts_with('!') && is_name_line(text)) {
      dialogue(text);
    } else {
      action();
    }
  }

  // A blank behind "TO:" is the writer's way to say that this is no transition.
  static std::string_view trim_blanks_before(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    return text;
  }

  void section() {
    const std::size_t depth = std::min(bare().find_first_not_of('#'), bare().size());
    add_line(ElementKind::Section, bare().substr(depth)).depth = static_cast<int>(depth);
  }

  void dialogue(std::string_view name) {
    take_name_parts(add_line(ElementKind::CharacterCue, name));
    flush_hidden();
    std::optional<std::size_t> open;
    // Two blanks keep an empty line inside the dialogue.
    while (at_ < lines().size() && (!bare().empty() || is_all_hidden(at_) || line().text.size() > 1)) {
      const std::string_view text = bare();
      const bool is_aside = text.size() > 1 && text.starts_with('(') && text.ends_with(')');
      if (is_all_hidden(at_) || is_aside || text.starts_with('~')) open.reset();
      if (!open) flush_hidden();
      if (is_all_hidden(at_)) {
        ++at_;
        flush_hidden();
      } else if (is_aside) {
        add_line(ElementKind::Parenthetical, text.substr(1, text.size() - 2));
      } else if (text.starts_with('~')) {
        add_line(ElementKind::Lyrics, text.substr(1));
      } else if (open) {
        extend(parse_.screenplay.elements[*open], std::string(text));
      } else {
        add_line(ElementKind::Dialogue, text);
        open = parse_.screenplay.elements.size() - 1;
      }
    }
    before_ = Before::Text;
  }

  void extend(ScreenplayElement& element, const std::string& text) {
    element.text.append("\n").append(text);
    element.source.end = std::max(element.source.end, bare_span().end);
    ++at_;
  }

  // Lines that stand together are one paragraph of action; "!" may stand before each.
  void action() {
    const auto visible = [&] { return bare().starts_with('!') ? action_text(bare().substr(1)) : action_text(line().text); };
    const Span span = bare_span();
    ScreenplayElement& paragraph = add(ElementKind::Action, visible(), {.begin = line().span.begin, .end = span.end});
    ++at_;
    while (at_ < lines().size() && !bare().empty() && !starts_other_element()) extend(paragraph, visible());
  }

  [[nodiscard]] bool starts_other_element() const {
    const std::string_view text = bare();
    if (text.starts_with('~') || text.starts_with('#')) return true;
    if (text.starts_with('=')) return text.size() > 2 || !is_all(text, '=');
    return text.starts_with('>') && text.find_first_not_of("> \t<") != std::string_view::npos;
  }

  std::string_view source_;
  FountainLines cut_;
  std::size_t at_ = 0;
  std::size_t next_hidden_ = 0;
  Before before_ = Before::Text;
  FountainParse parse_;
};

}  // namespace

FountainParse parse_fountain_text(std::string_view text, TitlePage title_page) { return Parser(text).parse(title_page); }

}  // namespace cineloom::fuse
