#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/film.h"

namespace cineloom {

/// What the name of a video file, and of the folders it lies in, tells of the film.
struct FilmName {
  std::string title;                   ///< words with blanks between them; empty = none was found
  std::string alternative;             ///< behind " - ", in brackets or in another script: "A New Hope"
  int year = 0;                        ///< 0 = none
  int part = 0;                        ///< "Part III" = 3; 0 = none
  std::vector<std::string> editions;   ///< "Director's Cut", "Extended", ...; of {edition-NAME} the name
  std::string source;                  ///< "Blu-ray", "Ultra HD Blu-ray", "DVD", "Web", "HDTV", ...; empty = none
  std::string picture;                 ///< "1080p", "2160p", ...; empty = none
  ExternalIds external;                ///< of tags such as [imdbid-tt0062622] and {tmdb-78}
  bool is_extra = false;               ///< a trailer, sample, deleted scene or bonus beside the film
  bool is_episode = false;             ///< of a series: S01E02
};

/// Reads a path, absolute or relative, in the manners of scene releases, Kodi, Plex, Jellyfin and people. The file's own name counts
/// first; where it has no year, a folder (up to two above) that has one names the film. Linear in the length of the path, of which
/// the last 4096 bytes are read.
FilmName parse_film_name(std::string_view path);

}  // namespace cineloom
