#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "media/subtitles.h"

namespace cineloom {

/// A line of any line ends taken from the front of `text`; nothing when it is used up.
std::optional<std::string_view> take_line(std::string_view& text);

std::string_view trim_cue_blanks(std::string_view text);

/// "1:02:03,5", "02:03.500", "-00:00:01,000"; moves `text` behind it. A lone number is no time.
std::optional<FilmTime> take_clock_time(std::string_view& text);

struct CueTiming {
  FilmTime begin{0};
  FilmTime end{0};
};

/// What every subtitle format gives its cues to: takes markup off, judges times, repairs ends, sorts, counts what was lost.
class CueSink {
 public:
  explicit CueSink(std::string_view language) : language_(language) {}

  /// `raw` may hold tags, overrides and references. Several WebVTT voices become a cue each.
  void add(CueTiming timing, std::string_view raw, std::string_view speaker = {});
  void warn(std::string warning) { reading_.warnings.push_back(std::move(warning)); }
  SubtitleReading finish();

 private:
  void add_one(CueTiming timing, std::string_view raw, std::string_view speaker);
  void repair_ends();
  void add_warnings();

  std::string language_;
  SubtitleReading reading_;
  std::int64_t empty_ = 0;
  std::int64_t out_of_range_ = 0;
  std::int64_t repaired_ = 0;
  std::int64_t too_many_ = 0;
};

}  // namespace cineloom
