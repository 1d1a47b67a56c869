#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "domain/film.h"
#include "domain/screenplay.h"

namespace cineloom {

/// What the name of a side file says: "film.zh-Hans.forced.srt".
struct SubtitleName {
  std::string language = "und";  ///< BCP 47
  bool is_forced = false;        ///< only what is said in a foreign language
  bool is_for_deaf = false;      ///< with sounds and speakers
};
SubtitleName read_subtitle_name(const std::filesystem::path& path);

/// The language in a side file's name: "film.zh.srt" is "zh"; "und" if there is none.
std::string subtitle_language(const std::string& path);

/// Subtitles of one language, and what was lost in reading them.
struct SubtitleTrack {
  std::vector<Cue> cues;
  std::string language;
  std::string origin;  ///< the side file's path, or "in the film"
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(SubtitleTrack, (), (cues, language, origin, warnings))

/// One side file, whatever its encoding and format; its language is in its name, or told from its text. Formats that only
/// libav reads are opened in a confined child of `program`; empty = they are refused.
/// Errors: those of reading, decoding and parsing.
Expected<SubtitleTrack> read_subtitle_track(const std::filesystem::path& path, const std::filesystem::path& program, const CancelToken& cancel);

/// The cues of one side file. Errors: as read_subtitle_track.
Expected<std::vector<Cue>> read_subtitle_file(const std::string& path);

/// The subtitles in the language that is spoken: side files first, then tracks inside the film, whole ones before forced ones.
/// `language` is the screenplay's, or empty: then English, then the first. Files that cannot be read are passed over with a
/// warning. Errors: NotFound if there is none; Cancelled.
Expected<SubtitleTrack> read_spoken_subtitles(const FilmFiles& files, std::string_view language, const std::filesystem::path& program,
                                              const CancelToken& cancel);

}  // namespace cineloom
