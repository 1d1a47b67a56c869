#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "media/internal/markup.h"
#include "media/internal/subtitle_formats.h"

namespace cineloom {
namespace {

struct Caption {
  FilmTime begin{0};
  std::string raw;  ///< empty = the caption before ends here
};

bool is_empty_caption(std::string_view raw) {
  std::string rest(raw);
  for (auto at = rest.find("&nbsp;"); at != std::string::npos; at = rest.find("&nbsp;", at)) rest.erase(at, 6);
  return rest.find_first_not_of(" \t\r\n") == std::string::npos;
}

FilmTime start_of(const MarkupTag& tag) {
  const std::string_view value = attribute(tag.attributes, "Start");
  std::int64_t milliseconds = -1;
  std::from_chars(value.data(), value.data() + value.size(), milliseconds);
  return FilmTime(milliseconds);
}

/// Collects the text between <SYNC> and <P> tags by the class of the paragraph, which is its language.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::map<std::string, std::vector<Caption>> read() {
    std::size_t at = 0;
    for (MarkupTag tag = next_tag(text_, at); tag.end > 0; tag = next_tag(text_, at)) {
      append(text_.substr(at, tag.begin - at));
      at = tag.end;
      take(tag);
    }
    append(text_.substr(at));
    close();
    return std::move(captions_);
  }

 private:
  void take(const MarkupTag& tag) {
    if (is_same_word(tag.name, "sync")) {
      close();
      if (!tag.is_closing) begin_ = start_of(tag);
      is_open_ = !tag.is_closing;
    } else if (is_same_word(tag.name, "p") && !tag.is_closing) {
      close();
      class_ = std::string(attribute(tag.attributes, "Class"));
    } else if (is_same_word(tag.name, "br")) {
      append("\n", Lines::Kept);
    } else if (is_same_word(tag.name, "body") && tag.is_closing) {
      close();
      is_open_ = false;
    }
  }

  enum class Lines { Joined, Kept };

  void append(std::string_view text, Lines lines = Lines::Joined) {
    if (!is_open_) return;
    has_text_ = has_text_ || !text.empty();
    for (const char letter : text) {
      const bool is_end = letter == '\n' || letter == '\r';
      raw_ += is_end && lines == Lines::Joined ? ' ' : letter;
    }
  }

  void close() {
    if (is_open_ && has_text_ && !(class_.empty() && is_empty_caption(raw_))) {
      captions_[class_].push_back({.begin = begin_, .raw = is_empty_caption(raw_) ? std::string() : raw_});
    }
    raw_.clear();
    has_text_ = false;
  }

  std::string_view text_;
  std::map<std::string, std::vector<Caption>> captions_;
  std::string class_;
  std::string raw_;
  FilmTime begin_{-1};
  bool is_open_ = false;
  bool has_text_ = false;
};

bool fits(std::string_view text) {
  const MarkupTag tag = next_tag(text.substr(0, 4000), 0);
  return tag.end > 0 && is_same_word(tag.name, "sami");
}

void read(std::string_view text, CueSink& sink) {
  const auto captions = Reader(text).read();
  const auto size_of = [](const auto& entry) { return entry.second.size(); };
  const auto largest = std::ranges::max_element(captions, {}, size_of);
  if (largest == captions.end()) return;
  if (captions.size() > 1) sink.warn(fmt::format("of {} languages in one file only '{}' was read", captions.size(), largest->first));
  const std::vector<Caption>& chosen = largest->second;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i].raw.empty()) continue;
    const FilmTime end = i + 1 < chosen.size() ? chosen[i + 1].begin : FilmTime(0);
    sink.add({.begin = chosen[i].begin, .end = end}, chosen[i].raw);
  }
}

}  // namespace

const SubtitleFormat kSami = {.name = "SAMI", .fits = fits, .read = read};

}  // namespace cineloom
