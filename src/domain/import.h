#pragma once

#include <string>
#include <vector>

#include "domain/event.h"
#include "domain/film.h"

namespace cineloom {

/// An event as a file tells it: film and viewer by name, because the store has not numbered them yet.
struct ImportedEvent {
  std::string viewer;    ///< name
  std::string film_key;
  Event event;           ///< its viewer, film and id are not filled
};

struct ImportedReview {
  std::string film_key;
  Review review;         ///< its film and id are not filled
};

/// All that one import brings, to be stored as a whole or not at all.
struct ImportBatch {
  std::string source;  ///< "demo", "movielens", "letterboxd", "imdb", ...
  std::string path;    ///< what the user named
  std::vector<Film> films;  ///< by key; a film that exists is only completed, never overwritten
  std::vector<FilmFiles> files;             ///< `film` is not filled; runs beside `file_keys`
  std::vector<std::string> file_keys;       ///< film key of each of `files`
  std::vector<Viewer> viewers;
  std::vector<ImportedEvent> events;
  std::vector<ImportedReview> reviews;
  std::vector<std::string> warnings;        ///< what was passed over, and why
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
  int reviews_new = 0;
  bool is_undone = false;
};
BOOST_DESCRIBE_STRUCT(ImportReceipt, (), (id, source, path, at, films_new, films_known, viewers_new, events_new, events_known, reviews_new, is_undone))

}  // namespace cineloom
