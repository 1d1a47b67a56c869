#pragma once

#include <boost/describe.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/film.h"
#include "domain/telling.h"

namespace cineloom {

/// What one viewer did and said, for other programs.
struct ViewerHistory {
  std::string viewer;             ///< name
  std::vector<Film> films;        ///< all that the tellings and reviews name
  std::vector<Telling> tellings;  ///< of the viewer, in order of time
  std::vector<Review> reviews;    ///< by the viewer
};

/// One file of an export.
struct ExportedFile {
  std::string name;     ///< "letterboxd.csv"
  std::string content;
};

/// What a history can be written as.
enum class HistoryFormat { Cineloom, Letterboxd, Imdb, Trakt };
BOOST_DESCRIBE_ENUM(HistoryFormat, Cineloom, Letterboxd, Imdb, Trakt)

/// "cineloom, letterboxd, ..."
std::string history_formats();

/// Writes a history:
/// - cineloom: NDJSON with every telling of every source and its own words; nothing is lost;
/// - letterboxd: Letterboxd's import table, in files of at most 1 MB: a row a viewing with rating, rewatch, tags and review, and rows for
///   films that are rated only;
/// - imdb: a table with the columns of IMDb's export of ratings: films with a rating, and their IMDb numbers where known;
/// - trakt: the JSON files of Trakt's export: history, ratings, watchlist.
/// Only what stands is written to the services'; they cannot hold abandoned films, hides and moods.
/// Errors: InvalidArgument if a telling names a film that is not there.
Expected<std::vector<ExportedFile>> export_history(const ViewerHistory& history, HistoryFormat format);

/// The files as one zip archive. Errors: Internal if it cannot be written.
Expected<std::string> pack_files(std::span<const ExportedFile> files);

}  // namespace cineloom
