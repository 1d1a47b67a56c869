#include <fmt/format.h>

#include "base/markup.h"
#include "story/exports/exports.h"
#include "story/internal/reading_time.h"

namespace cineloom {
namespace {

std::string clock(FilmTime at, char point) {
  const std::int64_t ms = at.count();
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, point, ms % 1000);
}

/// SubRip has no way to escape its marks: they are written with look-alikes.
std::string without_tags(std::string_view text) {
  std::string plain;
  for (const char letter : text) {
    switch (letter) {
      case '<': plain += "‹"; break;
      case '>': plain += "›"; break;
      case '{': plain += "("; break;
      case '}': plain += ")"; break;
      default: plain += letter;
    }
  }
  return plain;
}

}  // namespace

std::string write_srt(const Story& story, const StoryWay& way) {
  std::string text;
  std::size_t number = 0;
  for (const Cue& cue : story::cues_of(story, way)) {
    text += fmt::format("{}\n{} --> {}\n{}\n\n", ++number, clock(cue.begin, ','), clock(cue.end, ','), without_tags(cue.text));
  }
  return text;
}

std::string write_web_vtt(const Story& story, const StoryWay& way) {
  std::string text = "WEBVTT\n";
  std::size_t number = 0;
  for (const Cue& cue : story::cues_of(story, way)) {
    text += fmt::format("\n{}\n{} --> {}\n{}\n", ++number, clock(cue.begin, '.'), clock(cue.end, '.'), escape_markup(cue.text));
  }
  return text;
}

}  // namespace cineloom
