#include "base/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <tuple>
#include <utility>

#include "base/json_text.h"

namespace cineloom {
namespace {

constexpr auto kReportInterval = std::chrono::milliseconds(100);
constexpr int kBarCells = 24;

int terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string time_left(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s left", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s left", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min left", whole / 3600, whole / 60 % 60);
}

std::string cells(double share) {
  const int full = std::clamp(static_cast<int>(share * kBarCells + 0.5), 0, kBarCells);
  std::string text;
  for (int cell = 0; cell < kBarCells; ++cell) text += cell < full ? "█" : "░";
  return text;
}

}  // namespace

Progress::Progress(ProgressSink sink, std::function<Clock::time_point()> now) : sink_(std::move(sink)), now_(std::move(now)) {}

void Progress::begin(std::string_view stage, std::int64_t total, std::string_view unit) {
  const std::lock_guard lock(mutex_);
  if (is_running_) report(true);
  current_ = {.stage = std::string(stage), .unit = std::string(unit), .total = total};
  began_ = now_();
  is_running_ = true;
  report(false);
}

void Progress::advance(std::int64_t units) {
  const std::lock_guard lock(mutex_);
  current_.done += units;
  if (now_() - reported_ >= kReportInterval) report(false);
}

void Progress::set(std::int64_t done) {
  const std::lock_guard lock(mutex_);
  current_.done = done;
  if (now_() - reported_ >= kReportInterval) report(false);
}

void Progress::finish() {
  const std::lock_guard lock(mutex_);
  if (is_running_) report(true);
  is_running_ = false;
}

void Progress::report(bool is_finished) {
  reported_ = now_();
  if (!sink_) return;
  const double seconds = std::chrono::duration<double>(reported_ - began_).count();
  current_.units_per_second = seconds > 0 ? static_cast<double>(current_.done) / seconds : 0;
  current_.seconds_left.reset();
  if (current_.total > 0 && current_.units_per_second > 0) {
    const auto left = static_cast<double>(std::max<std::int64_t>(current_.total - current_.done, 0));
    current_.seconds_left = left / current_.units_per_second;
  }
  current_.is_finished = is_finished;
  sink_(current_);
}

std::string progress_bar(const ProgressUpdate& update, int columns) {
  std::string text = fmt::format("{:<14}", update.stage);
  if (update.total > 0) {
    const double share = std::min(1.0, static_cast<double>(update.done) / static_cast<double>(update.total));
    text += fmt::format(" {} {:3.0f} %", cells(share), share * 100);
  } else {
    text += fmt::format(" {}", update.done);
  }
  if (update.units_per_second > 0 && !update.unit.empty()) { text += fmt::format("  {:.0f} {}/s", update.units_per_second, update.unit); }
  if (update.seconds_left && !update.is_finished) text += "  " + time_left(*update.seconds_left);
  return columns >= 60 ? text : fmt::format("{} {}/{}", update.stage, update.done, update.total);
}

std::string progress_json(const ProgressUpdate& update) {
  std::string text = fmt::format(R"({{"progress":{},"unit":{},"done":{},"total":{},"units_per_second":{:.1f},"finished":{})", json_string(update.stage),
                                 json_string(update.unit), update.done, update.total, update.units_per_second, update.is_finished);
  if (update.seconds_left) text += fmt::format(R"(,"seconds_left":{:.1f})", *update.seconds_left);
  return text + "}";
}

ProgressSink terminal_progress() {
  return [](const ProgressUpdate& update) {
    const std::string bar = progress_bar(update, terminal_columns());
    std::ignore = std::fprintf(stderr, "\r\x1b[2K%s%s", bar.c_str(), update.is_finished ? "\n" : "");
  };
}

ProgressSink json_lines_progress() {
  return [](const ProgressUpdate& update) { std::ignore = std::fprintf(stderr, "%s\n", progress_json(update).c_str()); };
}

ProgressSink default_progress() { return isatty(STDERR_FILENO) == 1 ? terminal_progress() : json_lines_progress(); }

}  // namespace cineloom
