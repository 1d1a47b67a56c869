#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/event.h"
#include "domain/film.h"
#include "domain/telling.h"
#include "domain/text.h"

namespace cineloom {

/// An event as a file tells it: film and viewer by name, because the store has not numbered them yet.
struct ImportedEvent {
  std::string viewer;    ///< name
  std::string film_key;
  Event event;           ///< its viewer, film and id are not filled
  double step = 0.5;     ///< of the source's rating scale, in stars
  Precision precision = Precision::Clock;
  std::string raw;       ///< what the source said, as a JSON object; empty for data sets, which can be read again
};

struct ImportedReview {
  std::string film_key;
  Review review;         ///< its film and id are not filled
};

/// A rating of a data set, by positions in its table's lists.
struct PackedRating {
  std::int32_t viewer = 0;
  std::int32_t film = 0;
  float stars = 0;             ///< 0.5 .. 5 in halves
  std::int64_t at_seconds = 0; ///< since 1970
};

/// Ratings of a data set of many people, 24 bytes each: the store keeps them packed by viewer. They have no keys and no raw rows, since
/// the data set can be read again; of two imports of one origin the later one stands.
struct RatingTable {
  std::string origin;                 ///< "movielens"
  double step = 0.5;
  std::vector<std::string> viewers;   ///< names
  std::vector<std::string> film_keys;
  std::vector<PackedRating> ratings;
};

/// All that one import brings, to be stored as a whole or not at all.
struct ImportBatch {
  std::string source;  ///< "demo", "movielens", "letterboxd", "imdb", ...; several with ", " between them
  std::string path;    ///< what the user named
  std::vector<Film> films;  ///< by key; a film that exists is only completed, never overwritten
  std::vector<FilmFiles> files;             ///< `film` is not filled; runs beside `file_keys`
  std::vector<std::string> file_keys;       ///< film key of each of `files`
  std::vector<Viewer> viewers;
  std::vector<ImportedEvent> events;
  std::vector<ImportedReview> reviews;
  std::vector<RatingTable> tables;          ///< of data sets
  std::vector<LocalText> warnings;          ///< what was passed over, and why
  int films_matched = 0;                    ///< films that were known already
  std::vector<std::string> unsure;          ///< titles that fit several known films, or may fit one: each is a film of its own until somebody says
};

/// What an import changed.
struct ImportReceipt {
  ImportId id;
  std::string source;
  std::string path;
  Timestamp at;
  int films_new = 0;
  int films_known = 0;
  int viewers_new = 0;
  int events_new = 0;
  int events_known = 0;
  int events_confirmed = 0;  ///< new ones that tell again what another source told; they are kept, and stand if that goes
  int reviews_new = 0;
  bool is_undone = false;
};
BOOST_DESCRIBE_STRUCT(ImportReceipt, (),
                      (id, source, path, at, films_new, films_known, viewers_new, events_new, events_known, events_confirmed, reviews_new, is_undone))

}  // namespace cineloom
