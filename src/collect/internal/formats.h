#pragma once

#include <string_view>

#include "base/progress.h"
#include "collect/import.h"
#include "collect/internal/source_files.h"

namespace cineloom::collect {

/// One format: its name, whether files look like it, and how it is read.
struct Format {
  std::string_view name;
  bool (*recognises)(const SourceFiles& files);
  Expected<ImportBatch> (*read)(const SourceFiles& files, const ImportOptions& options, Progress& progress, const CancelToken& cancel);
};

extern const Format kDemoLibrary;
extern const Format kMovieLensCsv;  ///< ml-latest-small and newer
extern const Format kMovieLens1M;
extern const Format kMovieLens100K;
extern const Format kLetterboxd;
extern const Format kImdb;

/// A day as exports write it ("2024-03-09") at noon UTC, or with a time behind 'T' or ' '; nothing if it is no date.
std::optional<Timestamp> parse_time(std::string_view text);
/// A number without anything behind it; nothing otherwise.
std::optional<double> parse_number(std::string_view text);
/// Errors: InvalidArgument with file and line if the text is not UTF-8.
Expected<void> require_utf8(std::string_view file, std::string_view text);
/// Latin-1 bytes as UTF-8; text that is valid UTF-8 already stays.
std::string from_latin1(std::string_view bytes);

}  // namespace cineloom::collect
