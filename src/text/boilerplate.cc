#include "text/boilerplate.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "text/clean.h"

namespace cineloom {
namespace {

// A block whose letters stand in links for more than this share leads elsewhere.
constexpr double kMostLinked = 0.5;
// Furniture is short: a review that speaks of cookies is longer.
constexpr std::size_t kLongestFurniture = 100;
constexpr std::size_t kLongestTagName = 12;
// Furniture in furniture; deeper is a page that was made to be slow.
constexpr std::size_t kDeepest = 32;

template <std::size_t Size>
bool is_one_of(std::string_view name, const std::array<std::string_view, Size>& names) {
  return std::ranges::find(names, name) != names.end();
}

/// Elements whose words are nobody's.
bool is_raw(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames = {"script", "style", "noscript", "template", "svg", "iframe"};
  return is_one_of(name, kNames);
}

bool is_furniture(std::string_view name) {
  constexpr std::array<std::string_view, 11> kNames = {"head", "nav", "header", "footer", "aside", "form", "button", "select", "menu", "dialog", "label"};
  return is_one_of(name, kNames);
}

bool is_block(std::string_view name) {
  constexpr std::array<std::string_view, 32> kNames = {
      "p",       "div", "li",   "ul", "ol", "table", "tr",     "td",  "th",   "h1",   "h2",         "h3",         "h4",    "h5",      "h6",      "section",
      "article", "hr",  "main", "dl", "dt", "dd",    "figure", "pre", "body", "html", "figcaption", "blockquote", "tbody", "address", "details", "summary"};
  return is_one_of(name, kNames) || is_furniture(name);
}

bool is_alnum(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0; }

/// A tag's name in lower case, and whether it closes; no name for what only begins like a tag.
struct Tag {
  std::string name;
  bool closes = false;
};

Tag tag_at(std::string_view rest) {
  Tag tag{.name = {}, .closes = rest.size() > 1 && rest[1] == '/'};
  for (std::size_t at = tag.closes ? 2 : 1; at < rest.size() && is_alnum(rest[at]) && tag.name.size() < kLongestTagName; ++at) {
    tag.name += static_cast<char>(std::tolower(static_cast<unsigned char>(rest[at])));
  }
  return tag;
}

/// Words that stand in what asks a reader for something and says nothing of a film.
bool asks_for_something(std::string_view block) {
  constexpr std::array<std::string_view, 34> kWords = {"cookie",        "privacy policy",
                                                       "terms of use",  "all rights reserved",
                                                       "sign in",       "log in",
                                                       "sign up",       "subscribe",
                                                       "newsletter",    "share on",
                                                       "share this",    "tweet",
                                                       "facebook",      "follow us",
                                                       "read more",     "skip to",
                                                       "advertisement", "was this review helpful",
                                                       "report this",   "copyright",
                                                       "powered by",    "分享到",
                                                       "分享",          "登录",
                                                       "注册",          "版权所有",
                                                       "上一篇",        "下一篇",
                                                       "关注我们",      "隐私",
                                                       "广告",          "点赞",
                                                       "转载",          "举报"};
  std::string lower(block);
  for (char& letter : lower) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return std::ranges::any_of(kWords, [&](std::string_view word) { return lower.contains(word); });
}

/// A stretch of the page and what it becomes: itself, a line end, or nothing.
struct Piece {
  std::string_view source;
  std::string_view text;
};

struct Block {
  std::vector<Piece> pieces;
  std::size_t letters = 0;
  std::size_t linked = 0;

  [[nodiscard]] bool is_kept() const {
    if (letters == 0 || static_cast<double>(linked) > kMostLinked * static_cast<double>(letters)) return false;
    if (letters > kLongestFurniture) return true;
    std::string text;
    for (const Piece& piece : pieces) text += piece.text;
    return !asks_for_something(text);
  }
};

/// Walks over a page once and cuts it into blocks.
class Page {
 public:
  explicit Page(std::string_view html) : html_(html) {
    last_comment_end_ = html.rfind("-->");
    for (std::size_t at = html.find("</"); at != std::string_view::npos; at = html.find("</", at + 2)) last_close_[tag_at(html.substr(at)).name] = at;
  }

  std::vector<Block> read() {
    // Behind the last closing bracket nothing is a tag.
    const auto last = html_.rfind('>');
    while (at_ < html_.size()) {
      const auto open = std::min(html_.find('<', at_), html_.size());
      if (open > at_) add(open, true);
      if (at_ >= html_.size()) break;
      const bool can_be_tag = last != std::string_view::npos && at_ < last && at_ + 1 < html_.size();
      const char next = can_be_tag ? html_[at_ + 1] : ' ';
      if (std::isalpha(static_cast<unsigned char>(next)) != 0 || next == '/' || next == '!' || next == '?') take_tag();
      else add(at_ + 1, true);
    }
    blocks_.push_back(std::move(block_));
    return std::move(blocks_);
  }

 private:
  void add(std::size_t end, bool is_text) {
    const std::string_view piece = html_.substr(at_, end - at_);
    const bool counts = is_text && furniture_.empty();
    if (counts) {
      const auto letters =
          static_cast<std::size_t>(std::ranges::count_if(piece, [](char byte) { return std::isspace(static_cast<unsigned char>(byte)) == 0; }));
      block_.letters += letters;
      block_.linked += links_ > 0 ? letters : 0;
    }
    block_.pieces.push_back({.source = piece, .text = counts ? piece : std::string_view()});
    at_ = end;
  }

  void take_tag() {
    const Tag tag = tag_at(html_.substr(at_));
    const bool is_comment = last_comment_end_ != std::string_view::npos && at_ < last_comment_end_ && html_.substr(at_).starts_with("<!--");
    const auto end_of_comment = is_comment ? html_.find("-->", at_ + 4) : std::string_view::npos;
    std::size_t end = html_.find('>', at_) + 1;
    if (end_of_comment != std::string_view::npos) end = end_of_comment + 3;
    if (is_block(tag.name)) {
      blocks_.push_back(std::move(block_));
      block_ = {};
    }
    const bool is_closed_later = last_close_.contains(tag.name) && last_close_.at(tag.name) > at_;
    if (!tag.closes && is_closed_later && is_raw(tag.name)) end = std::max(end, end_of_raw(tag.name, end));
    if (tag.name == "a") links_ = tag.closes ? 0 : 1;
    if (is_furniture(tag.name)) change_furniture(tag, is_closed_later);
    add(std::max(end, at_ + 1), false);
    if (tag.name == "br" && furniture_.empty()) block_.pieces.back().text = "\n";
  }

  /// Behind the closing tag of an element whose content is no text.
  [[nodiscard]] std::size_t end_of_raw(const std::string& name, std::size_t from) const {
    for (std::size_t at = html_.find("</", from); at != std::string_view::npos; at = html_.find("</", at + 2)) {
      if (tag_at(html_.substr(at)).name == name) return std::min(html_.find('>', at), html_.size() - 1) + 1;
    }
    return from;
  }

  /// What is never closed hides nothing.
  void change_furniture(const Tag& tag, bool is_closed_later) {
    if (!tag.closes) {
      if (is_closed_later && furniture_.size() < kDeepest) furniture_.push_back(tag.name);
      return;
    }
    const auto open = std::ranges::find(furniture_, tag.name);
    if (open != furniture_.end()) furniture_.erase(open, furniture_.end());
  }

  std::string_view html_;
  std::size_t at_ = 0;
  std::size_t last_comment_end_ = 0;
  std::map<std::string, std::size_t> last_close_;  ///< by name, where it is closed for the last time
  std::vector<std::string> furniture_;             ///< open elements whose words are left out
  int links_ = 0;
  Block block_;
  std::vector<Block> blocks_;
};

}  // namespace

bool is_html_page(std::string_view text) {
  constexpr std::array<std::string_view, 10> kSigns = {"html", "body", "head", "div", "nav", "article", "section", "script", "ul", "footer"};
  // Pages begin with such tags; a look at the beginning is enough.
  constexpr std::size_t kLooked = 4096;
  const std::string_view beginning = text.substr(0, kLooked);
  for (auto at = beginning.find('<'); at != std::string_view::npos; at = beginning.find('<', at + 1)) {
    if (is_one_of(tag_at(beginning.substr(at)).name, kSigns)) return true;
  }
  return false;
}

MappedText main_text_mapped(std::string_view html) {
  std::vector<Block> blocks = Page(html).read();
  if (std::ranges::none_of(blocks, &Block::is_kept)) return strip_html_mapped(html);
  MappedText kept;
  for (const Block& block : blocks) {
    const bool is_kept = block.is_kept();
    bool is_first = true;
    for (const Piece& piece : block.pieces) {
      if (!is_kept || piece.text.empty()) {
        kept.source.drop(piece.source.size());
        continue;
      }
      // Line ends between blocks come from no byte of the page.
      if (std::exchange(is_first, false) && !kept.text.empty()) kept.replace("\n", 0);
      if (piece.text.data() == piece.source.data()) kept.keep(piece.source);
      else kept.replace(piece.text, piece.source.size());
    }
  }
  MappedText plain = strip_html_mapped(kept.text);  // entities, and what only looks like a tag
  plain.source = kept.source.then(plain.source);
  return plain;
}

}  // namespace cineloom
