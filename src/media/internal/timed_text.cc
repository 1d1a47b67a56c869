#include <algorithm>
#include <charconv>
#include <cmath>

#include "media/internal/markup.h"
#include "media/internal/subtitle_formats.h"

namespace cineloom {
namespace {

struct Rates {
  double frames = 30;
  double ticks = 1;
};

std::optional<double> take_decimal(std::string_view& text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (parsed.ec != std::errc() || value < 0 || value > 1e12) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return value;
}

/// "00:00:01.5", "00:00:01:12" (frames), "12.5s", "500ms", "75f", "1000t".
std::optional<FilmTime> parse_time(std::string_view text, const Rates& rates) {
  const auto milliseconds = [](double value) { return FilmTime(std::llround(std::min(value, 1e12))); };
  if (text.contains(':')) {
    std::string_view rest = text;
    const auto clock = take_clock_time(rest);
    if (!clock || !rest.starts_with(':')) return clock;
    rest.remove_prefix(1);
    const auto frames = take_decimal(rest);
    return frames ? *clock + milliseconds(*frames * 1000 / rates.frames) : *clock;
  }
  const auto value = take_decimal(text);
  if (!value) return std::nullopt;
  if (text == "ms") return milliseconds(*value);
  if (text == "s") return milliseconds(*value * 1000);
  if (text == "m") return milliseconds(*value * 60'000);
  if (text == "h") return milliseconds(*value * 3'600'000);
  if (text == "f") return milliseconds(*value * 1000 / rates.frames);
  if (text == "t") return milliseconds(*value * 1000 / rates.ticks);
  return std::nullopt;
}

double rate_in(std::string_view text, double otherwise) {
  const auto rate = take_decimal(text);
  return rate && *rate >= 1 ? *rate : otherwise;
}

std::optional<CueTiming> timing_of(const MarkupTag& paragraph, const Rates& rates) {
  const auto begin = parse_time(attribute(paragraph.attributes, "begin"), rates);
  if (!begin) return std::nullopt;
  const auto end = parse_time(attribute(paragraph.attributes, "end"), rates);
  const auto length = parse_time(attribute(paragraph.attributes, "dur"), rates);
  return CueTiming{.begin = *begin, .end = end ? *end : length ? *begin + *length : FilmTime(0)};
}

/// Line ends of the file are blanks, <br/> is a line end.
class Reader {
 public:
  Reader(std::string_view text, CueSink& sink) : text_(text), sink_(&sink) {}

  void read() {
    std::size_t at = 0;
    for (MarkupTag tag = next_tag(text_, at); tag.end > 0; tag = next_tag(text_, at)) {
      if (timing_) append(text_.substr(at, tag.begin - at));
      at = tag.end;
      take(tag);
    }
  }

 private:
  void take(const MarkupTag& tag) {
    if (is_same_word(tag.name, "tt") && !tag.is_closing) {
      rates_.frames = rate_in(attribute(tag.attributes, "frameRate"), rates_.frames);
      rates_.ticks = rate_in(attribute(tag.attributes, "tickRate"), rates_.frames);
    } else if (is_same_word(tag.name, "p")) {
      close();
      if (!tag.is_closing) timing_ = timing_of(tag, rates_);
    } else if (is_same_word(tag.name, "br")) {
      raw_ += '\n';
    }
  }

  void append(std::string_view text) {
    for (const char letter : text) raw_ += letter == '\n' || letter == '\r' ? ' ' : letter;
  }

  void close() {
    if (timing_) sink_->add(*timing_, raw_);
    timing_.reset();
    raw_.clear();
  }

  std::string_view text_;
  CueSink* sink_;
  Rates rates_;
  std::optional<CueTiming> timing_;
  std::string raw_;
};

bool fits(std::string_view text) {
  for (MarkupTag tag = next_tag(text.substr(0, 4000), 0); tag.end > 0; tag = next_tag(text.substr(0, 4000), tag.end)) {
    if (is_same_word(tag.name, "tt")) return true;
  }
  return false;
}

void read(std::string_view text, CueSink& sink) { Reader(text, sink).read(); }

}  // namespace

const SubtitleFormat kTimedText = {.name = "TTML", .fits = fits, .read = read};

}  // namespace cineloom
