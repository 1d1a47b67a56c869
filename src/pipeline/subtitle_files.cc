#include "pipeline/subtitle_files.h"

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "media/subtitles.h"
#include "text/clean.h"

namespace cineloom {

std::string subtitle_language(const std::string& path) {
  const std::string stem = std::filesystem::path(path).stem().string();
  const auto dot = stem.find_last_of(".-");
  const std::string language = dot == std::string::npos ? "" : stem.substr(dot + 1);
  return language.size() == 2 ? language : "und";
}

Expected<std::vector<Cue>> read_subtitle_file(const std::string& path) {
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(path, 16U << 20U));
  CINELOOM_TRY_ASSIGN_IN(const CleanText clean, clean_text(bytes), "reading " + path);
  CINELOOM_TRY_ASSIGN_IN(SubtitleReading reading, read_subtitles(clean.text, subtitle_language(path)), "reading " + path);
  return std::move(reading.cues);
}

Expected<std::vector<Cue>> read_spoken_cues(const FilmFiles& files) {
  if (files.subtitles.empty()) return fail(ErrorCode::NotFound, "there are none");
  const auto english = std::ranges::find(files.subtitles, "en", subtitle_language);
  return read_subtitle_file(english == files.subtitles.end() ? files.subtitles.front() : *english);
}

}  // namespace cineloom
