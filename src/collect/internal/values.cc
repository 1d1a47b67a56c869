#include "collect/internal/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "collect/film_key.h"
#include "domain/event_value.h"

namespace cineloom::collect {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

std::optional<int> parse_digits(std::string_view text) {
  int number = 0;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "+08:00", "-0530", "+02" behind a time; nothing if there is none.
std::optional<std::chrono::minutes> parse_zone(std::string_view text) {
  if (text.ends_with('Z')) return std::chrono::minutes(0);
  const auto sign = text.find_last_of("+-");
  if (sign == std::string_view::npos) return std::nullopt;
  const auto hours = parse_digits(text.substr(sign + 1, 2));
  const std::string_view rest = text.substr(std::min(sign + 3, text.size()));
  const auto minutes = rest.empty() ? std::optional(0) : parse_digits(rest.starts_with(':') ? rest.substr(1) : rest);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  return (text[sign] == '-' ? -1 : 1) * (std::chrono::hours(*hours) + std::chrono::minutes(*minutes));
}

std::optional<std::chrono::seconds> parse_clock(std::string_view text) {
  if (text.size() < 5 || text[2] != ':') return std::nullopt;
  const auto hours = parse_digits(text.substr(0, 2));
  const auto minutes = parse_digits(text.substr(3, 2));
  const auto seconds = text.size() >= 8 && text[5] == ':' ? parse_digits(text.substr(6, 2)) : std::optional(0);
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text, std::chrono::minutes zone) {
  text = trim(text);
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const auto clock = text.size() > 11 ? parse_clock(text.substr(11)) : std::nullopt;
  // A day without a clock is put at noon, so that no time zone moves it to another day.
  if (!clock) return std::chrono::sys_days(date) + std::chrono::hours(12);
  return std::chrono::sys_days(date) + *clock - parse_zone(text.substr(11)).value_or(zone);
}

bool has_clock(std::string_view text) { return text.size() > 11 && parse_clock(trim(text).substr(11)).has_value(); }

std::optional<std::chrono::seconds> parse_length(std::string_view text) {
  std::chrono::seconds length{0};
  std::size_t parts = 0;
  for (;; ++parts) {
    const auto colon = text.find(':');
    const auto number = parse_digits(text.substr(0, colon));
    if (!number || *number > 100'000 || parts > 2) return std::nullopt;
    length = length * 60 + std::chrono::seconds(*number);
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
  }
  if (parts == 0) return std::nullopt;
  return length;
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // from_chars() takes "nan" and "inf" for numbers.
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

int parse_year(std::string_view text) {
  const std::string_view start = trim(text).substr(0, 4);
  const auto year = start.size() == 4 ? parse_digits(start) : std::nullopt;
  return year && *year >= kFirstYear && *year <= kLastYear ? *year : 0;
}

std::optional<std::string> parse_imdb(std::string_view text) {
  const auto mark = text.find("tt");
  std::string_view digits = mark == std::string_view::npos ? trim(text) : text.substr(mark + 2);
  std::size_t count = 0;
  while (count < digits.size() && is_digit(digits[count])) ++count;
  const bool is_whole = mark != std::string_view::npos ? count >= 7 : count == digits.size();
  const auto number = count > 0 && count < 10 ? parse_digits(digits.substr(0, count)) : std::nullopt;
  if (!is_whole || !number || *number == 0) return std::nullopt;
  return fmt::format("tt{:07}", *number);
}

std::optional<std::int64_t> parse_tmdb(std::string_view text) {
  const auto number = parse_number(trim(text));
  if (!number || *number < 1 || *number > 1e9 || *number != static_cast<double>(static_cast<std::int64_t>(*number))) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string> split_list(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (const std::string_view part = trim(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + separator.size());
  }
  return parts;
}

std::string genre_word(std::string_view genre) {
  std::string word = fold_latin(trim(genre));
  if (word == "sci-fi") return "science fiction";
  if (word == "children's" || word == "children") return "family";
  return word;
}

Expected<void> require_utf8(std::string_view file, std::string_view text) {
  if (is_valid_utf8(text)) return {};
  std::ptrdiff_t line = 1;
  for (std::string_view rest = text; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    if (!is_valid_utf8(rest.substr(0, end))) break;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("{}: line {}: expected UTF-8 text, found other bytes", file, line))
                             .advise("save the file as UTF-8 and import it again"));
}

std::chrono::minutes runtime_of(std::optional<double> minutes) {
  return std::chrono::minutes(static_cast<int>(std::clamp(minutes.value_or(0), 0.0, static_cast<double>(kMostMinutes))));
}

Expected<void> check_film(const Film& film) {
  if (film.title.english.empty() && film.title.original.empty() && film.title.chinese.empty())
    return fail(ErrorCode::InvalidArgument, "expected a film with a title");
  if (film.year != 0 && (film.year < kFirstYear || film.year > kLastYear))
    return fail(ErrorCode::InvalidArgument, fmt::format("expected a year from {} to {}, found {}", kFirstYear, kLastYear, film.year));
  if (film.runtime.count() < 0 || film.runtime.count() > kMostMinutes)
    return fail(ErrorCode::InvalidArgument, fmt::format("expected a film of 0 to {} minutes, found {}", kMostMinutes, film.runtime.count()));
  return {};
}

Expected<void> check_event(EventKind kind, const std::optional<double>& value, const std::optional<Feeling>& mood) {
  if (!is_value_of(kind, value)) return fail(ErrorCode::InvalidArgument, "expected 0.5 to 5 stars for a rating, a share of 0 to 1 for what was abandoned");
  if (mood && !is_feeling(*mood)) return fail(ErrorCode::InvalidArgument, "expected a mood with a valence of -1 to 1 and an arousal of 0 to 1");
  return {};
}

Expected<void> check_stars(const std::optional<double>& stars) {
  if (stars && !are_stars(*stars)) return fail(ErrorCode::InvalidArgument, "expected 0.5 to 5 stars");
  return {};
}

std::string from_latin1(std::string_view bytes) {
  if (is_valid_utf8(bytes)) return std::string(bytes);
  std::string text;
  for (const char byte : bytes) append_utf8(text, static_cast<unsigned char>(byte));
  return text;
}

}  // namespace cineloom::collect
