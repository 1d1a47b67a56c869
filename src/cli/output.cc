#include "cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <tuple>

#include "base/json_text.h"
#include "base/svg_canvas.h"

namespace cineloom::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kInterrupted = 130;

std::string styled(std::string_view text, std::string_view code) {
  static const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  return is_terminal ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

}  // namespace

void print(std::string_view text) {
  std::ignore = std::fwrite(text.data(), 1, text.size(), stdout);  // flush_output tells; a closed pipe ends the program by its signal
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
  std::ignore = std::fprintf(stderr, "%s\n", text.c_str());
  return error.code() == ErrorCode::Cancelled ? kInterrupted : kFailed;
}

}  // namespace cineloom::cli
