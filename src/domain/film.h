#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "domain/ids.h"

namespace cineloom {

struct Titles {
  std::string original;  ///< in its own script
  std::string english;
  std::string chinese;   ///< simplified; empty = not known
};
BOOST_DESCRIBE_STRUCT(Titles, (), (original, english, chinese))

struct ExternalIds {
  std::optional<std::string> imdb;  ///< "tt0017136"
  std::optional<std::int64_t> tmdb;
};
BOOST_DESCRIBE_STRUCT(ExternalIds, (), (imdb, tmdb))

/// What the catalogue knows of a film; lists are empty and texts blank where nothing is known.
struct Film {
  FilmId id;
  std::string key;  ///< stable name for people and files, unique: "metropolis-1927"
  Titles title;
  int year = 0;     ///< of first release; 0 = not known
  std::chrono::minutes runtime{0};
  std::vector<std::string> genres;  ///< lower case, English
  std::vector<std::string> directors;
  std::vector<std::string> cast;    ///< leading names first
  std::vector<std::string> countries;
  std::vector<std::string> languages;
  std::vector<std::string> themes;  ///< lower case, English
  int age_rating = 0;               ///< advised minimum age: 0, 6, 12, 16, 18
  std::string synopsis;             ///< without the ending
  std::string synopsis_chinese;
  std::string ending;               ///< a spoiler: shown only when asked for
  ExternalIds external;
};
BOOST_DESCRIBE_STRUCT(Film, (),
                      (id, key, title, year, runtime, genres, directors, cast, countries, languages, themes, age_rating, synopsis, synopsis_chinese, ending,
                       external))

/// Where a film's files lie; paths are absolute, empty = none.
struct FilmFiles {
  FilmId film;
  std::string video;
  std::string screenplay;
  std::vector<std::string> subtitles;  ///< side files; the language is in the name
  std::string branches;                ///< graph of alternative takes for interactive playback
};
BOOST_DESCRIBE_STRUCT(FilmFiles, (), (film, video, screenplay, subtitles, branches))

}  // namespace cineloom
