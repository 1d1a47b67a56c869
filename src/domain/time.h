#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <compare>
#include <cstdint>

namespace cineloom {

/// A moment in the world, UTC.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
/// A moment or a length in a film's running time, for people and for texts; frames use FrameTime.
using FilmTime = std::chrono::milliseconds;

/// Seconds per tick of a stream as a fraction, e.g. 1/12288.
struct TimeBase {
  int numerator = 1;       ///< > 0
  int denominator = 1000;  ///< > 0
  friend bool operator==(const TimeBase&, const TimeBase&) = default;
};
BOOST_DESCRIBE_STRUCT(TimeBase, (), (numerator, denominator))

/// Exact place of a frame: its presentation time stamp in ticks of the stream's TimeBase, and its number in
/// presentation order, 0-based. Never frame / rate: rates vary.
struct FrameTime {
  std::int64_t pts = 0;
  std::int64_t ordinal = 0;
  friend auto operator<=>(const FrameTime&, const FrameTime&) = default;
};
BOOST_DESCRIBE_STRUCT(FrameTime, (), (pts, ordinal))

__extension__ using WideInteger = __int128;

/// Ticks to film time, rounded down; exact in 128-bit arithmetic for any pts.
constexpr FilmTime to_film_time(std::int64_t pts, TimeBase base) {
  const WideInteger scaled = static_cast<WideInteger>(pts) * base.numerator * 1000;
  const WideInteger quotient = scaled / base.denominator;
  return FilmTime(static_cast<std::int64_t>(scaled % base.denominator < 0 ? quotient - 1 : quotient));
}

}  // namespace cineloom
