#include "fuse/fountain.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "base/utf8.h"

namespace cineloom {
namespace {

/// One line of the source without its line end.
struct SourceLine {
  std::string_view text;  ///< as it stands
  std::string_view bare;  ///< without blanks around it
  Span span;
};

bool is_blank(char letter) { return letter == ' ' || letter == '\t'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<SourceLine> split_lines(std::string_view text) {
  std::vector<SourceLine> lines;
  std::size_t begin = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (begin < text.size()) {
    const auto found = text.find_first_of("\r\n", begin);
    const std::size_t end = found == std::string_view::npos ? text.size() : found;
    const std::string_view line = text.substr(begin, end - begin);
    lines.push_back({.text = line, .bare = trim(line), .span = {.begin = begin, .end = end}});
    begin = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
  return lines;
}

char upper(char letter) { return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter; }

bool starts_with_word(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  return std::ranges::equal(text.substr(0, word.size()), word, {}, upper, upper);
}

bool is_scene_heading(std::string_view bare) {
  constexpr std::array<std::string_view, 7> kStarts = {"INT./EXT", "EXT./INT", "INT/EXT", "I/E", "INT", "EXT", "EST"};
  for (const std::string_view start : kStarts) {
    if (!starts_with_word(bare, start)) continue;
    const std::string_view rest = bare.substr(start.size());
    if (rest.starts_with('.') || rest.starts_with(' ')) return true;
  }
  return false;
}

// A name may hold digits, signs and letters of any script, but no lower-case Latin letter outside its extension.
bool is_upper_line(std::string_view text) {
  const std::string_view name = text.substr(0, text.find('('));
  bool has_letter = false;
  for (std::string_view rest = name; !rest.empty();) {
    const auto decoded = decode_utf8(rest).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1});
    const char32_t c = decoded.code_point;
    if (c >= U'a' && c <= U'z') return false;
    if (c >= 0xDF && c <= 0xFF && c != 0xF7) return false;
    has_letter = has_letter || (c >= U'A' && c <= U'Z') || c >= 0xC0;
    rest.remove_prefix(decoded.bytes);
  }
  return has_letter;
}

bool is_transition(std::string_view bare) { return bare.ends_with("TO:") && is_upper_line(bare); }

/// Cuts "text #12A#" into text and number.
void take_scene_number(ScreenplayElement& heading) {
  std::string& text = heading.text;
  if (!text.ends_with('#')) return;
  const auto open = text.rfind('#', text.size() - 2);
  if (open == std::string::npos) return;
  heading.scene_number = text.substr(open + 1, text.size() - open - 2);
  text = std::string(trim(std::string_view(text).substr(0, open)));
}

/// Cuts "NAME (V.O.) ^" into name, extension and the mark of dual dialogue.
void take_cue_parts(ScreenplayElement& cue) {
  std::string_view text = trim(cue.text);
  if (text.ends_with('^')) {
    cue.is_dual = true;
    text = trim(text.substr(0, text.size() - 1));
  }
  if (const auto open = text.find('('); open != std::string_view::npos && text.ends_with(')')) {
    cue.extension = std::string(text.substr(open + 1, text.size() - open - 2));
    text = trim(text.substr(0, open));
  }
  cue.text = std::string(text);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : source_(text), lines_(split_lines(text)) {}

  Screenplay parse() {
    title_page();
    while (at_ < lines_.size()) element();
    return std::move(screenplay_);
  }

 private:
  [[nodiscard]] const SourceLine& line() const { return lines_[at_]; }
  [[nodiscard]] bool is_empty(std::size_t index) const { return index >= lines_.size() || lines_[index].bare.empty(); }
  [[nodiscard]] bool follows_blank() const { return at_ == 0 || lines_[at_ - 1].bare.empty() || is_after_break_; }

  ScreenplayElement& add(ElementKind kind, std::string_view text, Span span) {
    is_after_break_ = kind == ElementKind::PageBreak || kind == ElementKind::Section || kind == ElementKind::Boneyard;
    screenplay_.elements.push_back({.kind = kind, .text = std::string(text), .source = span});
    return screenplay_.elements.back();
  }

  ScreenplayElement& add_line(ElementKind kind, std::string_view text) {
    ScreenplayElement& element = add(kind, trim(text), line().span);
    ++at_;
    return element;
  }

  // "Key: value" lines, or "Key:" followed by indented lines, up to the first empty line.
  void title_page() {
    while (at_ < lines_.size() && lines_[at_].bare.empty()) ++at_;
    const std::size_t begin = at_;
    while (at_ < lines_.size() && !line().bare.empty()) {
      const auto colon = line().text.find(':');
      const bool is_indented = !line().text.empty() && is_blank(line().text.front());
      if (is_indented && !screenplay_.title_page.empty()) {
        screenplay_.title_page.back().values.emplace_back(line().bare);
      } else if (colon != std::string_view::npos && !is_scene_heading(line().bare) && !is_transition(line().bare)) {
        const std::string_view value = trim(line().text.substr(colon + 1));
        screenplay_.title_page.push_back({.key = std::string(trim(line().text.substr(0, colon))), .values = {}});
        if (!value.empty()) screenplay_.title_page.back().values.emplace_back(value);
      } else {
        screenplay_.title_page.clear();
        at_ = begin;
        return;
      }
      ++at_;
    }
  }

  void element() {
    const std::string_view bare = line().bare;
    if (bare.empty()) {
      ++at_;
    } else if (bare.starts_with("/*")) {
      enclosed(ElementKind::Boneyard, "*/", true);
    } else if (bare.starts_with("[[")) {
      enclosed(ElementKind::Note, "]]", false);
    } else if (bare.starts_with("===")) {
      add_line(ElementKind::PageBreak, "");
    } else if (bare.starts_with('=')) {
      add_line(ElementKind::Synopsis, bare.substr(1));
    } else if (bare.starts_with('#')) {
      section();
    } else if (bare.starts_with('>')) {
      const bool is_centered = bare.size() > 1 && bare.ends_with('<');
      add_line(is_centered ? ElementKind::Centered : ElementKind::Transition, bare.substr(1, bare.size() - (is_centered ? 2 : 1)));
    } else if (bare.starts_with('~')) {
      add_line(ElementKind::Lyrics, bare.substr(1));
    } else {
      spoken_or_seen();
    }
  }

  void spoken_or_seen() {
    const std::string_view bare = line().bare;
    const bool is_forced_heading = bare.size() > 1 && bare[0] == '.' && bare[1] != '.';
    if (is_forced_heading || (follows_blank() && is_scene_heading(bare))) {
      take_scene_number(add_line(ElementKind::SceneHeading, bare.substr(is_forced_heading ? 1 : 0)));
    } else if (bare.starts_with('!')) {
      action();
    } else if (bare.starts_with('@')) {
      dialogue(bare.substr(1));
    } else if (follows_blank() && is_empty(at_ + 1) && is_transition(bare)) {
      add_line(ElementKind::Transition, bare);
    } else if (follows_blank() && !is_empty(at_ + 1) && is_upper_line(bare)) {
      dialogue(bare);
    } else {
      action();
    }
  }

  void section() {
    const std::string_view bare = line().bare;
    const std::size_t depth = std::min(bare.find_first_not_of('#'), bare.size());
    add_line(ElementKind::Section, bare.substr(depth)).depth = static_cast<int>(depth);
  }

  // Boneyards run over anything; a note ends at an empty line even if it is not closed.
  void enclosed(ElementKind kind, std::string_view close, bool crosses_empty_lines) {
    const std::size_t begin = line().span.begin + static_cast<std::size_t>(line().bare.data() - line().text.data());
    std::size_t end = begin;
    bool is_closed = false;
    while (at_ < lines_.size() && !is_closed && (crosses_empty_lines || !line().bare.empty())) {
      end = line().span.end;
      is_closed = line().text.contains(close);
      ++at_;
    }
    std::string_view text = source_.substr(begin + 2, end - begin - 2);
    if (const auto found = text.rfind(close); found != std::string_view::npos) text = text.substr(0, found);
    add(kind, trim(text), {.begin = begin, .end = end});
  }

  void dialogue(std::string_view cue) {
    take_cue_parts(add_line(ElementKind::CharacterCue, cue));
    std::optional<std::size_t> open;
    while (at_ < lines_.size()) {
      const SourceLine& current = line();
      // Two blanks keep an empty line inside the dialogue.
      if (current.bare.empty() && current.text.size() < 2) break;
      if (current.bare.starts_with('(') && current.bare.ends_with(')')) {
        add_line(ElementKind::Parenthetical, current.bare.substr(1, current.bare.size() - 2));
        open.reset();
      } else if (current.bare.starts_with('~')) {
        add_line(ElementKind::Lyrics, current.bare.substr(1));
        open.reset();
      } else if (open) {
        ScreenplayElement& speech = screenplay_.elements[*open];
        speech.text.append("\n").append(current.bare);
        speech.source.end = current.span.end;
        ++at_;
      } else {
        add_line(ElementKind::Dialogue, current.bare);
        open = screenplay_.elements.size() - 1;
      }
    }
  }

  // Lines that stand together are one paragraph of action.
  void action() {
    const std::string_view first = line().bare;
    ScreenplayElement& paragraph = add_line(ElementKind::Action, first.starts_with('!') ? first.substr(1) : first);
    while (at_ < lines_.size() && !line().bare.empty() && !starts_other_element()) {
      paragraph.text.append("\n").append(line().bare);
      paragraph.source.end = line().span.end;
      ++at_;
    }
  }

  [[nodiscard]] bool starts_other_element() const {
    const std::string_view bare = line().bare;
    constexpr std::string_view kMarks = "@!>~#=";
    if (kMarks.contains(bare.front()) || bare.starts_with("[[") || bare.starts_with("/*")) return true;
    return bare.size() > 1 && bare[0] == '.' && bare[1] != '.';
  }

  std::string_view source_;
  std::vector<SourceLine> lines_;
  std::size_t at_ = 0;
  bool is_after_break_ = false;
  Screenplay screenplay_;
};

}  // namespace

Expected<Screenplay> parse_fountain(std::string_view text) {
  if (!is_valid_utf8(text)) { return std::unexpected(Error(ErrorCode::InvalidArgument, "expected a screenplay in UTF-8").advise("save it as UTF-8")); }
  Screenplay screenplay = Parser(text).parse();
  if (screenplay.elements.empty()) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "there is no screenplay in this text").advise("scenes begin with INT. or EXT., see fountain.io/syntax"));
  }
  return screenplay;
}

}  // namespace cineloom
