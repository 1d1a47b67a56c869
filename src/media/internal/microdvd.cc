#include <charconv>
#include <cmath>

#include "media/internal/subtitle_formats.h"

namespace cineloom {
namespace {

constexpr double kDefaultRate = 24000.0 / 1001;

/// "{123}"; an empty pair of braces is 0.
std::optional<std::int64_t> take_frame(std::string_view& text) {
  if (!text.starts_with('{')) return std::nullopt;
  const auto close = text.substr(0, 16).find('}');
  if (close == std::string_view::npos) return std::nullopt;
  std::int64_t frame = 0;
  const auto parsed = std::from_chars(text.data() + 1, text.data() + close, frame);
  if (parsed.ptr != text.data() + close && close > 1) return std::nullopt;
  text.remove_prefix(close + 1);
  return frame;
}

std::optional<double> rate_in(std::string_view text) {
  double rate = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (parsed.ec != std::errc() || rate < 1 || rate > 1000) return std::nullopt;
  return rate;
}

FilmTime time_of(std::int64_t frame, double rate) { return FilmTime(std::llround(static_cast<double>(frame) * 1000 / rate)); }

/// Takes "{y:i}" away, makes a line break of '|'.
std::string plain_lines(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto close = text.front() == '{' ? text.substr(0, 200).find('}') : std::string_view::npos;
    if (close != std::string_view::npos && text.substr(0, close).contains(':')) {
      text.remove_prefix(close + 1);
      continue;
    }
    plain += text.front() == '|' ? '\n' : text.front();
    text.remove_prefix(1);
  }
  return plain;
}

bool fits(std::string_view text) {
  while (const auto line = take_line(text)) {
    std::string_view rest = trim_cue_blanks(*line);
    if (!rest.empty()) return take_frame(rest) && take_frame(rest);
  }
  return false;
}

void read(std::string_view text, CueSink& sink) {
  double rate = kDefaultRate;
  while (const auto line = take_line(text)) {
    std::string_view rest = trim_cue_blanks(*line);
    const auto begin = take_frame(rest);
    const auto end = begin ? take_frame(rest) : std::nullopt;
    if (!end) continue;
    const bool is_head = *begin <= 1 && *end <= 1;
    if (const auto told = is_head ? rate_in(rest) : std::nullopt) {
      rate = *told;
    } else {
      sink.add({.begin = time_of(*begin, rate), .end = time_of(*end, rate)}, plain_lines(rest));
    }
  }
}

}  // namespace

const SubtitleFormat kMicroDvd = {.name = "MicroDVD", .fits = fits, .read = read};

}  // namespace cineloom
