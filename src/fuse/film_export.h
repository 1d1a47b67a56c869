#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "domain/film.h"
#include "domain/knowledge.h"

namespace cineloom {

/// What is known of an analysed film, for other programs. Times in frames are ordinals in presentation order, so they do not drift.
enum class FilmExport {
  Edl,       ///< CMX 3600: an event a shot; dissolves as "D"
  Otio,      ///< OpenTimelineIO: shots as clips, gradual transitions, scenes as markers
  Chapters,  ///< WebVTT: a chapter a scene
  Csv,       ///< a row a shot
  MovieNet,  ///< JSON in the manner of the MovieNet data set: shots and scenes by frames
  Lines      ///< WebVTT: who says what, with speakers as voices
};

struct FilmExportName {
  std::string_view name;    ///< as `cineloom show --export` takes it
  std::string_view ending;  ///< of the file
  FilmExport format;
};
inline constexpr std::array kFilmExports{FilmExportName{"edl", ".edl", FilmExport::Edl},
                                         FilmExportName{"otio", ".otio", FilmExport::Otio},
                                         FilmExportName{"chapters", ".vtt", FilmExport::Chapters},
                                         FilmExportName{"csv", ".csv", FilmExport::Csv},
                                         FilmExportName{"movienet", ".json", FilmExport::MovieNet},
                                         FilmExportName{"lines", ".vtt", FilmExport::Lines}};

/// The film in that format. `media`: the film's file as other programs find it, or empty.
/// Errors: InvalidArgument where what the format tells of is not known: no shots, no scenes, no lines.
Expected<std::string> export_film(const Film& film, const FilmKnowledge& knowledge, const std::string& media, FilmExport format);

}  // namespace cineloom
