#include <utility>

#include "media/internal/subtitle_formats.h"

namespace cineloom {
namespace {

std::optional<CueTiming> parse_timing(std::string_view line) {
  const auto arrow = line.find("-->");
  if (arrow == std::string_view::npos) return std::nullopt;
  std::string_view before = line.substr(0, arrow);
  std::string_view behind = line.substr(arrow + 3);
  const auto begin = take_clock_time(before);
  const auto end = take_clock_time(behind);
  if (!begin || !end || !trim_cue_blanks(before).empty()) return std::nullopt;
  return CueTiming{*begin, *end};
}

bool is_number(std::string_view line) {
  const std::string_view text = trim_cue_blanks(line);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool opens_aside(std::string_view line) { return line == "NOTE" || line.starts_with("NOTE ") || line == "STYLE" || line == "REGION"; }

/// Collects cues line by line: a timing line opens one, a blank line or the next timing ends it.
class CueCollector {
 public:
  explicit CueCollector(CueSink& sink) : sink_(&sink) {}

  void take(std::string_view line) {
    if (const auto timing = parse_timing(line)) {
      drop_number_of_next();
      close();
      timing_ = timing;
      in_aside_ = false;
    } else if (!timing_) {
      in_aside_ = (in_aside_ || opens_aside(line)) && !trim_cue_blanks(line).empty();
    } else if (trim_cue_blanks(line).empty()) {
      // Some files put an empty line first; a cue is over only when it has said something.
      if (!text_.empty()) close();
    } else {
      text_.append(line).push_back('\n');
    }
  }

  void close() {
    if (timing_) sink_->add(*std::exchange(timing_, std::nullopt), std::exchange(text_, {}));
  }

 private:
  /// Where the blank line between two cues is missing, the next one's number stands as the last line of this one.
  void drop_number_of_next() {
    if (text_.empty()) return;
    const auto last = text_.rfind('\n', text_.size() - 2);
    const auto begin = last == std::string::npos ? 0 : last + 1;
    if (is_number(std::string_view(text_).substr(begin, text_.size() - 1 - begin))) text_.resize(begin);
  }

  CueSink* sink_;
  std::optional<CueTiming> timing_;
  std::string text_;
  bool in_aside_ = false;
};

bool fits(std::string_view text) { return text.starts_with("WEBVTT") || text.contains("-->"); }

void read(std::string_view text, CueSink& sink) {
  CueCollector collector(sink);
  while (const auto line = take_line(text)) collector.take(*line);
  collector.close();
}

}  // namespace

const SubtitleFormat kSubRipOrWebVtt = {.name = "SubRip or WebVTT", .fits = fits, .read = read};

}  // namespace cineloom
