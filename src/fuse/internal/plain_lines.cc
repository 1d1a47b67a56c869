#include "fuse/internal/plain_lines.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <unordered_map>

#include "base/utf8.h"
#include "fuse/internal/line_kinds.h"

namespace cineloom::fuse {
namespace {

constexpr auto kNowhere = std::string_view::npos;
constexpr std::size_t kLongestTag = 2000;
constexpr std::size_t kTab = 8;
constexpr int kHeaderRepeats = 3;
constexpr std::size_t kShortestPage = 15;  ///< lines between two headers
constexpr double kDoubleSpacedShare = 0.9;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

bool starts_with_any_case(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, {}, lower);
}

/// What C1 control characters meant in Windows-1252, from U+0080 on.
constexpr std::array<char32_t, 32> kWindows1252 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                                   0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                                   0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<Entity, 15> kEntities = {{{"amp", "&"},
                                               {"lt", "<"},
                                               {"gt", ">"},
                                               {"quot", "\""},
                                               {"apos", "'"},
                                               {"nbsp", " "},
                                               {"rsquo", "’"},
                                               {"lsquo", "‘"},
                                               {"ldquo", "“"},
                                               {"rdquo", "”"},
                                               {"mdash", "—"},
                                               {"ndash", "–"},
                                               {"hellip", "…"},
                                               {"eacute", "é"},
                                               {"egrave", "è"}}};

std::string character_of(std::string_view name) {
  if (!name.starts_with('#')) {
    const auto* found = std::ranges::find(kEntities, name, &Entity::name);
    return found == kEntities.end() ? std::string() : std::string(found->text);
  }
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x') || name.starts_with('X');
  char32_t code = 0;
  for (const char digit : name.substr(is_hex ? 1 : 0)) {
    if (std::isxdigit(static_cast<unsigned char>(digit)) == 0 || code > 0x10FFFF) return "";
    code = code * (is_hex ? 16 : 10) + static_cast<char32_t>(is_digit(digit) ? digit - '0' : lower(digit) - 'a' + 10);
  }
  if (code >= 0x80 && code < 0xA0) code = kWindows1252[code - 0x80];
  std::string text;
  if (code >= 32 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF)) append_utf8(text, code);
  return text;
}

/// Collects visible characters into lines.
class LineBuilder {
 public:
  explicit LineBuilder(std::vector<PlainLine>& lines) : lines_(&lines) {}

  void add(char32_t c, std::size_t at) {
    if (c == U'\t') {
      do { add_blank(); } while (column_ % kTab != 0);
    } else if (c == U' ' || c == 0xA0 || c == 0x3000 || c == 0x2007 || c == 0x202F) {
      add_blank();
    } else if (c >= 32 && c != 0xFEFF && c != 0x200B) {
      if (line_.text.empty()) {
        line_.column = column_;
        line_.span.begin = at;
      }
      append_utf8(line_.text, c);
      ++column_;
    }
  }

  void add(std::string_view text, std::size_t at) {
    for (; !text.empty();) {
      const auto decoded = decode_utf8(text).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1});
      add(decoded.code_point, at);
      text.remove_prefix(decoded.bytes);
    }
  }

  void end_line(std::size_t at) {
    trim_end();
    // A star in the right margin marks a revised line.
    if (line_.text.ends_with("  *") || line_.text == "*") {
      line_.text.pop_back();
      trim_end();
    }
    if (line_.text.empty()) line_.span.begin = at;
    line_.span.end = std::max(at, line_.span.begin);
    lines_->push_back(std::move(line_));
    line_ = {};
    column_ = 0;
  }

 private:
  void trim_end() {
    while (line_.text.ends_with(' ')) line_.text.pop_back();
  }

  void add_blank() {
    ++column_;
    if (!line_.text.empty()) line_.text += ' ';
  }

  std::vector<PlainLine>* lines_;
  PlainLine line_;
  std::size_t column_ = 0;
};

/// Reads characters, leaving HTML out.
class Stripper {
 public:
  Stripper(std::string_view source, PlainText& out) : source_(source), out_(&out), builder_(out.lines) {}

  void run() {
    while (at_ < source_.size()) {
      if (!take_html() && !take_entity()) take_character();
    }
    builder_.end_line(source_.size());
  }

 private:
  [[nodiscard]] std::string_view rest() const { return source_.substr(at_); }

  // Searches for what closes a comment or a script fail only once: behind the failure nothing closes either.
  bool skip_to(std::string_view close, bool& is_hopeless) {
    if (is_hopeless) return false;
    const auto end = source_.find(close, at_);
    is_hopeless = end == kNowhere;
    if (is_hopeless) return false;
    at_ = end + close.size();
    out_->has_html = true;
    return true;
  }

  bool take_html() {
    if (source_[at_] != '<') return false;
    if (rest().starts_with("<!--")) return skip_to("-->", no_comment_end_);
    if (starts_with_any_case(rest(), "<script") && skip_to(rest().starts_with("<S") ? "</SCRIPT>" : "</script>", no_script_end_)) return true;
    if (starts_with_any_case(rest(), "<style") && skip_to(rest().starts_with("<S") ? "</STYLE>" : "</style>", no_style_end_)) return true;
    const char next = at_ + 1 < source_.size() ? source_[at_ + 1] : ' ';
    if (std::isalpha(static_cast<unsigned char>(next)) == 0 && next != '/' && next != '!') return false;
    const auto length = rest().substr(0, kLongestTag).find_first_of("<>", 1);
    if (length == kNowhere || rest()[length] == '<') return false;
    if (breaks_line(rest().substr(1, length - 1))) builder_.end_line(at_);
    at_ += length + 1;
    out_->has_html = true;
    return true;
  }

  static bool breaks_line(std::string_view tag) {
    if (tag.starts_with('/')) tag.remove_prefix(1);
    const std::string_view name = tag.substr(0, std::min(tag.find_first_of(" /\t\r\n"), tag.size()));
    constexpr std::array<std::string_view, 9> kBreaking = {"br", "p", "div", "tr", "h1", "h2", "h3", "li", "title"};
    return std::ranges::any_of(kBreaking, [&](std::string_view one) { return one.size() == name.size() && starts_with_any_case(name, one); });
  }

  bool take_entity() {
    if (source_[at_] != '&') return false;
    const auto semicolon = rest().substr(0, 10).find(';');
    if (semicolon == kNowhere) return false;
    const std::string text = character_of(rest().substr(1, semicolon - 1));
    if (text.empty()) return false;
    builder_.add(text, at_);
    at_ += semicolon + 1;
    return true;
  }

  void take_character() {
    const auto decoded = decode_utf8(rest()).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1});
    char32_t c = decoded.code_point;
    const bool is_pair = rest().starts_with("\r\n");
    if (c == U'\n' || c == U'\r' || c == U'\f' || c == U'\v' || c == 0x85 || c == 0x2028 || c == 0x2029) {
      builder_.end_line(at_);
    } else {
      if (c >= 0x80 && c < 0xA0) c = kWindows1252[c - 0x80];
      builder_.add(c, at_);
    }
    at_ += is_pair ? 2 : decoded.bytes;
  }

  std::string_view source_;
  PlainText* out_;
  LineBuilder builder_;
  std::size_t at_ = 0;
  bool no_comment_end_ = false;
  bool no_script_end_ = false;
  bool no_style_end_ = false;
};

/// Where every other line is empty, single empty lines say nothing: 1 becomes 0, 3 become 1.
void take_out_double_spacing(PlainText& text) {
  std::size_t full = 0;
  std::size_t followed = 0;
  const auto& lines = text.lines;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    if (lines[i].is_blank()) continue;
    ++full;
    followed += lines[i + 1].is_blank() ? 1U : 0U;
  }
  if (full < 20 || static_cast<double>(followed) < kDoubleSpacedShare * static_cast<double>(full)) return;
  std::vector<PlainLine> kept;
  std::size_t run = 0;
  bool has_long_run = false;
  for (const PlainLine& line : lines) {
    run = line.is_blank() ? run + 1 : 0;
    has_long_run = has_long_run || run >= 3;
    if (!line.is_blank() || (run >= 3 && run % 2 == 1)) kept.push_back(line);
  }
  // Paragraphs of one line each, a line apart, look like this too; only longer gaps prove double spacing.
  if (!has_long_run) return;
  text.lines = std::move(kept);
  text.is_double_spaced = true;
}

bool is_scene_number(std::string_view word) {
  while (word.ends_with('.') || word.ends_with('*')) word.remove_suffix(1);
  if (word.empty() || word.size() > 5) return false;
  const bool has_digit = std::ranges::any_of(word, is_digit);
  return has_digit && std::ranges::all_of(word, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

/// "12.", "- 12 -", "Page 12", "12 CONTINUED: (2) 12", "(CONTINUED)".
bool is_page_furniture(std::string_view text) {
  std::string words;
  bool has_number = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    std::string_view word = text.substr(begin, end - begin);
    begin = end + 1;
    while (!word.empty() && (word.front() == '(' || word.front() == '-' || word.front() == '[')) word.remove_prefix(1);
    while (!word.empty() && std::string_view(")-:].").contains(word.back())) word.remove_suffix(1);
    if (word.empty()) continue;
    if (is_scene_number(word)) {
      has_number = true;
    } else {
      words += std::string(words.empty() ? "" : " ") + std::string(word);
    }
  }
  if (words.empty()) return has_number;
  std::ranges::transform(words, words.begin(), lower);
  return words == "continued" || words == "more" || words == "page" || words == "omitted" || words == "cont'd" || words == "cont’d";
}

bool is_more(std::string_view text) { return starts_with_any_case(text, "(more)") || starts_with_any_case(text, "more)"); }

/// "BIG FISH - Rev. 5/6   12." gives "BIG FISH - Rev. 5/6" and 12: what page headers look like.
std::optional<std::pair<std::string, int>> header_parts(std::string_view text) {
  while (!text.empty() && !is_digit(text.back()) && text.back() != ' ') text.remove_suffix(text.back() == '.' || text.back() == '*' ? 1 : text.size());
  std::size_t digits = 0;
  while (digits < text.size() && digits < 4 && is_digit(text[text.size() - 1 - digits])) ++digits;
  if (digits == 0 || digits > 3) return std::nullopt;
  int number = 0;
  for (const char digit : text.substr(text.size() - digits)) number = number * 10 + (digit - '0');
  text = trim_blanks(text.substr(0, text.size() - digits));
  if (text.size() < 4 || text.size() > 70 || is_scene_heading(text)) return std::nullopt;
  return std::pair(std::string(text), number);
}

void mark_headers(PlainText& text) {
  struct Seen {
    int last = 0;
    int rising = 0;
    std::vector<std::size_t> lines;
  };
  std::unordered_map<std::string, Seen> headers;
  for (std::size_t i = 0; i < text.lines.size(); ++i) {
    const auto parts = header_parts(text.lines[i].text);
    if (!parts) continue;
    Seen& seen = headers[parts->first];
    const bool is_page_apart = seen.lines.empty() || i - seen.lines.back() >= kShortestPage;
    seen.rising += is_page_apart && parts->second > seen.last ? 1 : 0;
    seen.last = parts->second;
    seen.lines.push_back(i);
  }
  for (const auto& [name, seen] : headers) {
    if (seen.rising < kHeaderRepeats || seen.rising < static_cast<int>(seen.lines.size())) continue;
    for (const std::size_t line : seen.lines) text.lines[line].is_furniture = true;
  }
}

}  // namespace

PlainText read_plain_lines(std::string_view source) {
  PlainText text;
  Stripper(source, text).run();
  take_out_double_spacing(text);
  mark_headers(text);
  for (PlainLine& line : text.lines) {
    line.is_more = is_more(line.text);
    line.is_furniture = line.is_furniture || is_page_furniture(line.text);
    text.furniture += line.is_furniture ? 1 : 0;
  }
  return text;
}

}  // namespace cineloom::fuse
