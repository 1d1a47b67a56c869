#include "media/internal/cue_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "media/internal/cue_text.h"

namespace cineloom {
namespace {

constexpr FilmTime kLatest = std::chrono::hours(10);
constexpr FilmTime kDefaultLength = std::chrono::seconds(2);  ///< of a cue whose end is lost
constexpr std::size_t kMostCues = 200'000;
constexpr std::size_t kMostVoices = 8;  ///< in one cue

std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || number < 0 || number > 1'000'000) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return number;
}

/// ",5" is half a second: the digits are a decimal fraction, however many there are.
std::int64_t take_fraction(std::string_view& text) {
  if (text.empty() || (text.front() != ',' && text.front() != '.')) return 0;
  text.remove_prefix(1);
  std::int64_t milliseconds = 0;
  std::int64_t unit = 100;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    milliseconds += unit * (text.front() - '0');
    unit /= 10;
    text.remove_prefix(1);
  }
  return milliseconds;
}

/// Where the next WebVTT voice tag opens.
std::size_t find_voice(std::string_view raw, std::size_t from) {
  for (auto at = raw.find("<v", from); at != std::string_view::npos; at = raw.find("<v", at + 2)) {
    if (at + 2 < raw.size() && std::string_view(" .\t").contains(raw[at + 2])) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> take_line(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const auto end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  const bool is_pair = text.substr(end).starts_with("\r\n");
  text.remove_prefix(std::min(text.size(), end + (is_pair ? 2 : 1)));
  return line;
}

std::string_view trim_cue_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<FilmTime> take_clock_time(std::string_view& text) {
  text = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  std::int64_t seconds = 0;
  for (int part = 0; part < 3; ++part) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    seconds = seconds * 60 + *number;
    if (part == 2) break;
    if (!text.starts_with(':')) {
      if (part == 0) return std::nullopt;
      break;
    }
    text.remove_prefix(1);
  }
  const std::int64_t milliseconds = seconds * 1000 + take_fraction(text);
  return FilmTime(is_negative ? -milliseconds : milliseconds);
}

void CueSink::add(CueTiming timing, std::string_view raw, std::string_view speaker) {
  const std::size_t first = find_voice(raw, 0);
  std::size_t next = first == std::string_view::npos ? first : find_voice(raw, first + 2);
  for (std::size_t voices = 1; next != std::string_view::npos && voices < kMostVoices; ++voices) {
    add_one(timing, raw.substr(0, next), speaker);
    raw.remove_prefix(next);
    next = find_voice(raw, 2);
  }
  add_one(timing, raw, speaker);
}

void CueSink::add_one(CueTiming timing, std::string_view raw, std::string_view speaker) {
  PlainCueText plain = strip_markup(raw);
  if (plain.text.empty()) {
    ++empty_;
  } else if (timing.begin >= kLatest || timing.begin < FilmTime(0)) {
    ++out_of_range_;
  } else if (reading_.cues.size() >= kMostCues) {
    ++too_many_;
  } else {
    if (!speaker.empty()) plain.speaker = speaker;
    reading_.cues.push_back({timing.begin, timing.end, std::move(plain.text), std::move(plain.speaker), language_});
  }
}

void CueSink::repair_ends() {
  for (std::size_t i = 0; i < reading_.cues.size(); ++i) {
    Cue& cue = reading_.cues[i];
    if (cue.end > cue.begin && cue.end < kLatest) continue;
    ++repaired_;
    cue.end = cue.begin + kDefaultLength;
    const bool has_next = i + 1 < reading_.cues.size() && reading_.cues[i + 1].begin > cue.begin;
    if (has_next) cue.end = std::min(cue.end, reading_.cues[i + 1].begin);
  }
}

void CueSink::add_warnings() {
  const auto add = [&](std::int64_t count, std::string_view what) {
    if (count > 0) reading_.warnings.push_back(fmt::format("{} cues {}", count, what));
  };
  add(empty_, "without text were left out");
  add(out_of_range_, "before zero or beyond ten hours were left out");
  add(repaired_, "ended before they began and got a new end");
  add(too_many_, fmt::format("behind the first {} were left out", kMostCues));
}

SubtitleReading CueSink::finish() {
  std::ranges::stable_sort(reading_.cues, {}, &Cue::begin);
  repair_ends();
  add_warnings();
  return std::move(reading_);
}

}  // namespace cineloom
