#include "fuse/internal/edit_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cineloom::fuse {

std::int64_t nominal_rate(const VideoFindings& video) { return std::max<std::int64_t>(1, std::lround(video.frames_per_second)); }

std::string timecode(std::int64_t frame, std::int64_t rate) {
  const std::int64_t seconds = frame / rate;
  return fmt::format("{:02}:{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60, frame % rate);
}

std::string clock(FilmTime at) {
  const std::int64_t ms = at.count();
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

std::string one_line(std::string text) {
  for (char& letter : text) {
    if (static_cast<unsigned char>(letter) < ' ') letter = ' ';
  }
  return text;
}

std::string without_marks(std::string text) {
  std::string escaped;
  for (const char letter : one_line(std::move(text))) {
    switch (letter) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      default: escaped += letter;
    }
  }
  return escaped;
}

boost::json::object rational_time(std::int64_t frames, double rate) {
  return {{"OTIO_SCHEMA", "RationalTime.1"}, {"rate", rate}, {"value", static_cast<double>(frames)}};
}

boost::json::object time_range(std::int64_t first, std::int64_t frames, double rate) {
  return {{"OTIO_SCHEMA", "TimeRange.1"}, {"start_time", rational_time(first, rate)}, {"duration", rational_time(frames, rate)}};
}

}  // namespace cineloom::fuse
