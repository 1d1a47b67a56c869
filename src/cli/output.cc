#include "cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <tuple>

#include "base/json_text.h"
#include "base/svg_canvas.h"
#include "base/utf8.h"

namespace cineloom::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kInterrupted = 130;

bool is_terminal() {
  static const bool is_one = isatty(STDOUT_FILENO) == 1;
  return is_one;
}

/// The length of "\x1b[1;32m" at the text's beginning; 0 where there is none.
std::size_t bytes_of_look(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const auto end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

std::string styled(std::string_view text, std::string_view code) { return is_terminal() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text); }

}  // namespace

void print(std::string_view text) {
  const std::string safe = is_terminal() ? for_terminal(text) : std::string();
  const std::string_view shown = is_terminal() ? std::string_view(safe) : text;
  std::ignore = std::fwrite(shown.data(), 1, shown.size(), stdout);  // flush_output tells; a closed pipe ends the program by its signal
}

std::string for_terminal(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const auto decoded = decode_utf8(text);
    const std::size_t bytes = decoded ? decoded->bytes : 1;
    const char32_t letter = decoded ? decoded->code_point : U'\uFFFD';
    const std::size_t look = letter == 0x1B ? bytes_of_look(text) : 0;
    const bool is_obeyed = (letter < ' ' && letter != '\n' && letter != '\t') || (letter >= 0x7F && letter < 0xA0);
    if (look > 0) safe += text.substr(0, look);
    else if (!is_obeyed) safe += decoded ? text.substr(0, bytes) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(std::max(look, bytes));
  }
  return safe;
}

Expected<void> flush_output() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
  const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  return std::unexpected(Error(is_full ? ErrorCode::ResourceExhausted : ErrorCode::Unavailable,
                               fmt::format("cannot write the answer: {}", errno == 0 ? "an earlier write failed" : std::strerror(errno)))
                             .advise("free some space, or send the output elsewhere"));
}

std::string bold(std::string_view text) { return styled(text, "1"); }

std::string faint(std::string_view text) { return styled(text, "2"); }

std::string stars(double value) {
  const int halves = static_cast<int>(std::lround(value * 2));
  std::string text;
  for (int i = 0; i < halves / 2; ++i) text += "★";
  return halves % 2 != 0 ? text + "½" : text;
}

std::string clock(long long milliseconds) { return clock_text(milliseconds); }

int report(const Error& error, Format format) {
  std::string text;
  if (format == Format::Json) {
    text = fmt::format(R"({{"error":{},"cause":{},"next_step":{}}})", json_string(name_of(error.code())), json_string(error.describe()),
                       json_string(error.advice()));
  } else {
    text = fmt::format("cineloom: {}\n  what to do: {}", error.describe(), error.advice());
  }
  static const bool is_seen = isatty(STDERR_FILENO) == 1;
  std::ignore = std::fprintf(stderr, "%s\n", is_seen ? for_terminal(text).c_str() : text.c_str());
  return error.code() == ErrorCode::Cancelled ? kInterrupted : kFailed;
}

}  // namespace cineloom::cli
