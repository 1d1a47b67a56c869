#pragma once

#include <string>
#include <vector>

#include "base/expected.h"
#include "domain/film.h"
#include "domain/screenplay.h"

namespace cineloom {

/// The language in a side file's name: "film.zh.srt" is "zh"; "und" if there is none.
std::string subtitle_language(const std::string& path);

/// The cues of one side file, whatever its encoding. Errors: those of reading, cleaning and parsing.
Expected<std::vector<Cue>> read_subtitle_file(const std::string& path);

/// The cues in the language that is spoken: the English side file, else the first. Errors: NotFound if there is none.
Expected<std::vector<Cue>> read_spoken_cues(const FilmFiles& files);

}  // namespace cineloom
