#include "media/subtitles.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "media/internal/cue_text.h"

namespace cineloom {
namespace {

constexpr std::size_t kMaxBytes = 16U << 20U;
constexpr FilmTime kLatest = std::chrono::hours(10);
constexpr FilmTime kDefaultLength = std::chrono::seconds(2);  ///< of a cue whose end is lost

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Gives lines for any mixture of LF, CRLF and CR.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const auto end = std::min(rest_.find_first_of("\r\n"), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    const bool is_pair = end + 1 < rest_.size() && rest_[end] == '\r' && rest_[end + 1] == '\n';
    rest_.remove_prefix(std::min(rest_.size(), end + (is_pair ? 2 : 1)));
    return line;
  }

 private:
  std::string_view rest_;
};

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

/// "1:02:03,5", "02:03.500", "-00:00:01,000"; moves `text` behind it.
std::optional<FilmTime> take_time(std::string_view& text) {
  text = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  std::int64_t seconds = 0;
  for (int part = 0; part < 3; ++part) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    seconds = seconds * 60 + *number;
    if (!text.starts_with(':')) {
      if (part == 0) return std::nullopt;  // a lone number is no time
      break;
    }
    text.remove_prefix(1);
  }
  const std::int64_t milliseconds = seconds * 1000 + take_fraction(text);
  return FilmTime(is_negative ? -milliseconds : milliseconds);
}

struct Timing {
  FilmTime begin{0};
  FilmTime end{0};
};

std::optional<Timing> parse_timing(std::string_view line) {
  const auto arrow = line.find("-->");
  if (arrow == std::string_view::npos) return std::nullopt;
  std::string_view before = line.substr(0, arrow);
  std::string_view behind = line.substr(arrow + 3);
  const auto begin = take_time(before);
  const auto end = take_time(behind);
  if (!begin || !end || !trim(before).empty()) return std::nullopt;
  return Timing{*begin, *end};
}

bool is_number(std::string_view line) {
  const std::string_view text = trim(line);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool opens_aside(std::string_view line) { return line == "NOTE" || line.starts_with("NOTE ") || line == "STYLE" || line == "REGION"; }

/// Collects cues line by line: a timing line opens one, a blank line or the next timing ends it.
class CueCollector {
 public:
  explicit CueCollector(std::string_view language) : language_(language) {}

  void take(std::string_view line) {
    if (const auto timing = parse_timing(line)) {
      drop_number_of_next();
      close();
      timing_ = timing;
      in_aside_ = false;
    } else if (!timing_) {
      in_aside_ = (in_aside_ || opens_aside(line)) && !trim(line).empty();
    } else if (trim(line).empty()) {
      // Some files put an empty line first; a cue is over only when it has said something.
      if (!text_.empty()) close();
    } else {
      text_.append(line).push_back('\n');
    }
  }

  SubtitleReading finish() {
    close();
    repair_ends();
    std::ranges::stable_sort(reading_.cues, {}, &Cue::begin);
    add_warnings();
    return std::move(reading_);
  }

 private:
  /// Where the blank line between two cues is missing, the next one's number stands as the last line of this one.
  void drop_number_of_next() {
    if (text_.empty()) return;
    const auto last = text_.rfind('\n', text_.size() - 2);
    const auto begin = last == std::string::npos ? 0 : last + 1;
    if (is_number(std::string_view(text_).substr(begin, text_.size() - 1 - begin))) text_.resize(begin);
  }

  void close() {
    if (!timing_) return;
    const Timing timing = *std::exchange(timing_, std::nullopt);
    PlainCueText plain = strip_markup(std::exchange(text_, {}));
    if (plain.text.empty()) {
      ++empty_;
    } else if (timing.begin >= kLatest || timing.begin < FilmTime(0)) {
      ++out_of_range_;
    } else {
      reading_.cues.push_back({timing.begin, timing.end, std::move(plain.text), std::move(plain.speaker), language_});
    }
  }

  void repair_ends() {
    for (std::size_t i = 0; i < reading_.cues.size(); ++i) {
      Cue& cue = reading_.cues[i];
      if (cue.end > cue.begin && cue.end < kLatest) continue;
      ++repaired_;
      cue.end = cue.begin + kDefaultLength;
      const bool has_next = i + 1 < reading_.cues.size() && reading_.cues[i + 1].begin > cue.begin;
      if (has_next) cue.end = std::min(cue.end, reading_.cues[i + 1].begin);
    }
  }

  void add_warnings() {
    const auto warn = [&](std::int64_t count, std::string_view what) {
      if (count > 0) reading_.warnings.push_back(fmt::format("{} cues {}", count, what));
    };
    warn(empty_, "without text were left out");
    warn(out_of_range_, "before zero or beyond ten hours were left out");
    warn(repaired_, "ended before they began and got a new end");
  }

  std::string language_;
  SubtitleReading reading_;
  std::optional<Timing> timing_;
  std::string text_;
  bool in_aside_ = false;
  std::int64_t empty_ = 0;
  std::int64_t out_of_range_ = 0;
  std::int64_t repaired_ = 0;
};

}  // namespace

Expected<SubtitleReading> read_subtitles(std::string_view utf8, std::string_view language) {
  if (utf8.size() > kMaxBytes) {
    return fail(ErrorCode::InvalidArgument, fmt::format("expected subtitles of at most {} bytes, found {}", kMaxBytes, utf8.size()));
  }
  if (utf8.starts_with("\xEF\xBB\xBF")) utf8.remove_prefix(3);
  Lines lines(utf8);
  CueCollector collector(language);
  while (const auto line = lines.next()) collector.take(*line);
  SubtitleReading reading = collector.finish();
  if (!reading.cues.empty()) return reading;
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, "expected SubRip or WebVTT subtitles, found no timed text").advise("give subtitles as .srt or .vtt in UTF-8"));
}

}  // namespace cineloom
