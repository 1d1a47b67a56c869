#include "output/screenplay.h"

#include <algorithm>
#include <sstream>

#include "direct/timeline.h"

namespace film {
namespace {

constexpr const char* kTakes = "# Alternative takes";

bool is_heading(const std::string& line) { return line.starts_with("INT. ") || line.starts_with("EXT. "); }

bool is_cue(const std::string& line, bool after_blank) {
  if (!after_blank || line.empty() || is_heading(line) || line.ends_with(":") || line.ends_with(".")) return false;
  return std::ranges::none_of(line, [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

std::string main_part(const std::string& fountain) { return fountain.substr(0, fountain.find(kTakes)); }

std::string take_part(const std::string& fountain, const std::string& take) {
  const std::string title = "## Take: " + take + "\n";
  const std::size_t begin = fountain.find(title);
  if (begin == std::string::npos) return {};
  return fountain.substr(begin + title.size(), fountain.find("\n## Take: ", begin + 1) - begin - title.size());
}

std::vector<std::string> spoken_in(const std::string& fountain) {
  std::vector<std::string> lines;
  std::istringstream in(fountain);
  std::string speaker;
  bool after_blank = true;
  for (std::string line; std::getline(in, line); after_blank = line.empty()) {
    if (line.empty()) speaker.clear();
    else if (!speaker.empty() && !line.starts_with("(")) lines.push_back(speaker + ": " + line);
    else if (speaker.empty() && is_cue(line, after_blank)) speaker = line.substr(0, line.find(" ("));
  }
  return lines;
}

// Two lines in a row by one speaker are one speech on the page.
std::vector<std::string> spoken_in(const Reel& reel) {
  std::vector<std::string> lines;
  for (const Scene& scene : reel.scenes) {
    for (const Shot& shot : scene.shots) {
      for (std::size_t i = 0; i < shot.lines.size(); ++i) {
        const Speech& speech = shot.lines[i];
        const bool goes_on = i > 0 && shot.lines[i - 1].speaker == speech.speaker;
        if (goes_on) lines.back() += " " + speech.english;
        else lines.push_back(std::string(name_of(speech.speaker)) + ": " + speech.english);
      }
    }
  }
  return lines;
}

std::vector<std::string> headings_in(const std::string& fountain) {
  std::vector<std::string> headings;
  std::istringstream in(fountain);
  for (std::string line; std::getline(in, line);) {
    if (is_heading(line)) headings.push_back(line);
  }
  return headings;
}

std::vector<std::string> headings_in(const Reel& reel) {
  std::vector<std::string> headings;
  for (const Scene& scene : reel.scenes) headings.push_back(scene.heading);
  return headings;
}

}  // namespace film
