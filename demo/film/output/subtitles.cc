#include <cstdio>

#include "output/texts.h"

namespace film {
namespace {

std::string stamp(long long ms) {
  char text[64];
  std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld,%03lld", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
  return text;
}

constexpr std::size_t kLongLine = 42;

// Long English lines break after the sentence or the comma nearest the middle.
std::string in_two_lines(const std::string& text) {
  if (text.size() <= kLongLine) return text;
  std::size_t best = std::string::npos;
  const auto distance = [&](std::size_t at) { return std::abs(static_cast<long>(at) - static_cast<long>(text.size() / 2)); };
  for (std::size_t at = text.find(' '); at != std::string::npos; at = text.find(' ', at + 1)) {
    const bool is_pause = text[at - 1] == '.' || text[at - 1] == ',' || text[at - 1] == '?' || text[at - 1] == '!';
    const long cost = distance(at) - (is_pause ? 14 : 0);
    if (best == std::string::npos || cost < distance(best) - (std::string(".,?!").contains(text[best - 1]) ? 14 : 0)) best = at;
  }
  if (best == std::string::npos) return text;
  return text.substr(0, best) + "\n" + text.substr(best + 1);
}

}  // namespace

long long millis(const TimedShot& shot, double seconds) { return std::llround((static_cast<double>(shot.first) / kFramesPerSecond + seconds) * 1000); }

std::string subtitles(const Timeline& timeline, Language language) {
  std::string result;
  int number = 0;
  for (const TimedShot& shot : timeline.shots) {
    for (const TimedLine& line : shot.lines) {
      result += std::to_string(++number) + "\n" + stamp(millis(shot, line.begin)) + " --> " + stamp(millis(shot, line.end)) + "\n";
      result += (language == Language::English ? in_two_lines(line.english) : line.chinese) + "\n\n";
    }
  }
  return result;
}

}  // namespace film
