#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "domain/screenplay.h"

namespace cineloom::fuse {

/// How somebody typed, scanned or saved a screenplay.
struct WildStyle {
  std::string name;
  std::size_t action = 0;
  std::size_t speech = 10;
  std::size_t aside = 16;
  std::size_t speaker = 22;
  std::size_t action_width = 60;
  std::size_t speech_width = 35;
  std::size_t drift = 0;  ///< columns by which every other page is moved
  bool has_centred_names = false;
  bool has_blank_behind_names = false;
  bool has_pages = false;    ///< page numbers, headers, CONTINUED and (MORE)
  bool has_numbers = false;  ///< scene numbers on both margins
  bool has_html = false;
  bool has_tabs = false;
  bool has_no_break_blanks = false;
  bool has_c1_quotes = false;
  bool has_revision_stars = false;  ///< at the right margin of every third line
  bool is_double_spaced = false;
  std::string line_end = "\n";
};

/// Lays a screenplay out in a style, for tests that know what must come back.
class WildRenderer {
 public:
  WildRenderer(const Screenplay& screenplay, WildStyle style) : screenplay_(screenplay), style_(std::move(style)) {}

  std::string render() {
    for (const ScreenplayElement& element : screenplay_.elements) add(element);
    return finish();
  }

 private:
  enum class PageBreaks { Action, Speech };

  void add(const ScreenplayElement& element) {
    using enum ElementKind;
    switch (element.kind) {
      case SceneHeading: heading(element.text); break;
      case Action: block(element.text, style_.action, style_.action_width); break;
      case CharacterCue: name(element); break;
      case Parenthetical: wrap("(" + element.text + ")", style_.aside, style_.speech_width, PageBreaks::Action); break;
      case Dialogue: wrap(element.text, style_.speech, style_.speech_width, PageBreaks::Speech); break;
      case Transition: block(element.text, style_.speaker + 20, 30); break;
      default: break;
    }
  }

  void heading(const std::string& text) {
    line("");
    std::string shown = text;
    ++scenes_;
    if (style_.has_numbers) shown = fmt::format("{:<5}{:<50}  {}", scenes_, text, scenes_);
    put(style_.has_html ? "<b>" + shown + "</b>" : shown, style_.action);
  }

  void name(const ScreenplayElement& element) {
    line("");
    name_ = upper(element.text);
    const std::string shown = name_ + (element.extension.empty() ? "" : " (" + element.extension + ")");
    const std::size_t middle = style_.speaker + 8;
    const std::size_t column = style_.has_centred_names ? middle - std::min(middle, count_characters(shown) / 2) : style_.speaker;
    put(style_.has_html ? "<b>" + shown + "</b>" : shown, column);
    if (style_.has_blank_behind_names) line("");
  }

  static std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
  }

  void block(const std::string& text, std::size_t column, std::size_t width) {
    line("");
    wrap(text, column, width, PageBreaks::Action);
  }

  void wrap(std::string_view text, std::size_t column, std::size_t width, PageBreaks what) {
    std::string row;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
      const std::string_view word = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (word.empty()) continue;
      if (!row.empty() && row.size() + 1 + word.size() > width) {
        put(row, column);
        turn_page(what);
        row.clear();
      }
      row += (row.empty() ? "" : " ") + std::string(word);
    }
    put(row, column);
  }

  void put(const std::string& text, std::size_t column) {
    const std::size_t moved = column + (page_ % 2 == 0 ? style_.drift : 0);
    std::string indent(moved, ' ');
    if (style_.has_tabs) indent = std::string(moved / 8, '\t') + std::string(moved % 8, ' ');
    const bool is_revised = style_.has_revision_stars && lines_.size() % 3 == 0;
    line(is_revised ? fmt::format("{:<76}  *", indent + text) : indent + text);
  }

  /// A page may end between two lines of a paragraph.
  void turn_page(PageBreaks what) {
    if (!style_.has_pages || lines_.size() - page_start_ < 50) return;
    const bool is_speech = what == PageBreaks::Speech;
    if (is_speech) put("(MORE)", style_.speaker);
    line("");
    put("(CONTINUED)", 50);
    ++page_;
    line(fmt::format("\f{:>60}", fmt::format("BIG FILM - Second Draft   {}.", page_)));
    page_start_ = lines_.size();
    put(fmt::format("{}   CONTINUED: ({})", scenes_, page_), style_.action);
    line("");
    if (is_speech) put(name_ + " (CONT'D)", style_.speaker);
  }

  void line(std::string text) { lines_.push_back(std::move(text)); }

  std::string finish() {
    std::string text =
        style_.has_html ? "<html><head><title>A script</title><script>if (a < b) { INT. NOTHING }</script></head><body><!-- ad\nBOB\nHi --><pre>" : "";
    for (const std::string& one : lines_) text += encode(one) + style_.line_end + (style_.is_double_spaced ? style_.line_end : "");
    return text + (style_.has_html ? "</pre></body></html>" : "");
  }

  [[nodiscard]] std::string encode(const std::string& line) const {
    std::string text = line;
    const auto replace = [&](std::string_view from, std::string_view to) {
      for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
    };
    if (style_.has_no_break_blanks) replace("  ", "\u00A0 ");
    if (style_.has_c1_quotes) {
      replace("’", "\xC2\x92");
      replace("“", "\xC2\x93");
      replace("”", "\xC2\x94");
    }
    return text;
  }

  const Screenplay& screenplay_;
  WildStyle style_;
  std::vector<std::string> lines_;
  std::string name_;
  int scenes_ = 0;
  int page_ = 1;
  std::size_t page_start_ = 0;
};

inline std::vector<WildStyle> wild_styles() {
  return {{.name = "standard"},
          {.name = "pages", .has_pages = true, .has_numbers = true},
          {.name = "deep", .action = 15, .speech = 25, .aside = 31, .speaker = 37, .has_pages = true},
          {.name = "drift", .action = 4, .speech = 16, .aside = 22, .speaker = 30, .drift = 2, .has_pages = true},
          {.name = "html", .has_pages = true, .has_html = true, .has_no_break_blanks = true, .has_c1_quotes = true},
          {.name = "text of a PDF file", .has_pages = true, .has_numbers = true, .has_revision_stars = true},
          {.name = "centred names", .has_centred_names = true, .has_pages = true},
          {.name = "tabs", .speech = 16, .aside = 24, .speaker = 32, .has_tabs = true, .line_end = "\r\n"},
          {.name = "nel", .has_c1_quotes = true, .line_end = "\u0085"},
          {.name = "blank behind names", .has_blank_behind_names = true},
          {.name = "double spaced", .is_double_spaced = true},
          {.name = "column 0", .speech = 0, .aside = 0, .speaker = 0, .line_end = "\r"},
          {.name = "column 0, pages", .speech = 0, .aside = 0, .speaker = 0, .speech_width = 60, .has_pages = true, .has_numbers = true},
          {.name = "column 0, blank behind names", .speech = 0, .aside = 0, .speaker = 0, .speech_width = 60, .has_blank_behind_names = true}};
}

}  // namespace cineloom::fuse
