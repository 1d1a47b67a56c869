#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "base/utf8.h"
#include "collect/internal/formats.h"

namespace cineloom::collect {
namespace {

std::optional<int> parse_digits(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::seconds> parse_clock(std::string_view text) {
  if (text.size() < 8) return std::nullopt;
  const auto hours = parse_digits(text.substr(0, 2));
  const auto minutes = parse_digits(text.substr(3, 2));
  const auto seconds = parse_digits(text.substr(6, 2));
  if (!hours || !minutes || !seconds) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  // A day without a clock is put at noon, so that no time zone moves it to another day.
  const auto clock = text.size() > 11 ? parse_clock(text.substr(11)) : std::nullopt;
  return std::chrono::sys_days(date) + clock.value_or(std::chrono::hours(12));
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
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

std::string from_latin1(std::string_view bytes) {
  if (is_valid_utf8(bytes)) return std::string(bytes);
  std::string text;
  for (const char byte : bytes) append_utf8(text, static_cast<unsigned char>(byte));
  return text;
}

}  // namespace cineloom::collect
