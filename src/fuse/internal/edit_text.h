#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>

#include "domain/timeline.h"

/// What edit lists and timed texts are written with.
namespace cineloom::fuse {

/// Whole frames a second that time codes count in; 23.976 counts as 24 and does not drop.
std::int64_t nominal_rate(const VideoFindings& video);

/// "00:01:02:03" of a frame's number.
std::string timecode(std::int64_t frame, std::int64_t rate);

/// "00:01:02.345", as WebVTT writes times.
std::string clock(FilmTime at);

/// On one line, without control characters.
std::string one_line(std::string text);

/// The same with the marks of WebVTT written out.
std::string without_marks(std::string text);

boost::json::object rational_time(std::int64_t frames, double rate);
boost::json::object time_range(std::int64_t first, std::int64_t frames, double rate);

}  // namespace cineloom::fuse
