#pragma once

#include <string>

#include "direct/timeline.h"

namespace film {

inline constexpr const char* kStem = "the-moon-in-the-reeds";

enum class Language { English, Chinese };

/// SubRip subtitles; every cue lasts exactly as long as its line is heard.
std::string subtitles(const Timeline& timeline, Language language);
/// What was really drawn and said, for judging programs that watch the film.
std::string truth(const Timeline& main);
/// The story graph with its footage; the default choices play the main cut.
std::string branches(const Timeline& main, const std::vector<Timeline>& takes);

/// Milliseconds of a frame's beginning.
inline long long millis(int frame) { return (static_cast<long long>(frame) * 1000 + kFramesPerSecond / 2) / kFramesPerSecond; }
long long millis(const TimedShot& shot, double seconds);

}  // namespace film
