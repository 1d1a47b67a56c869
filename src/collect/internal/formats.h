#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/progress.h"
#include "collect/import.h"
#include "collect/internal/source_files.h"
#include "collect/internal/teller.h"

namespace cineloom::collect {

/// What formats read with.
struct Reading {
  const ImportOptions& options;
  Progress& progress;
  const CancelToken& cancel;
};

using Files = std::span<const SourceFile* const>;

/// One format: its name, which files are its own by their content, and how those of one container are read together.
struct Format {
  std::string_view name;    ///< for people
  std::string_view origin;  ///< of its events
  double step = 0.5;        ///< of its rating scale, in stars
  bool (*claims)(const SourceFile& file);
  Expected<void> (*read)(Files files, Teller& teller, const Reading& reading);
};

extern const Format kCineloomExport;
extern const Format kMovieLensCsv;
extern const Format kMovieLensDat;
extern const Format kMovieLens100K;
extern const Format kLetterboxd;
extern const Format kImdb;
extern const Format kImdbTables;
extern const Format kTrakt;
extern const Format kSimkl;
extern const Format kTvTime;
extern const Format kNetflix;
extern const Format kNetflixActivity;
extern const Format kDouban;
extern const Format kNfo;
extern const Format kJellyfinHook;
extern const Format kPlexHook;
extern const Format kTautulliHook;
extern const Format kPlaybackReporting;
extern const Format kTmdbIds;
extern const Format kTmdbFilm;
/// Tables whose columns say all: Movary, Yamtrack, Simkl CSV, TMDB account, NeoDB, Letterboxd's import table.
std::span<const Format> declared_tables();
extern const Format kAnyTable;  ///< last of all: columns with usual names, in CSV or NDJSON

/// The demo library: films, simulated viewers and reviews as a batch of its own.
bool is_demo_library(const Container& container);
Expected<ImportBatch> read_demo_library(const Container& container, const CancelToken& cancel);

}  // namespace cineloom::collect
