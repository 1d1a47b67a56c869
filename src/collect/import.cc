#include "collect/import.h"

#include <fmt/format.h>

#include <array>

#include "collect/internal/formats.h"
#include "collect/match.h"

namespace cineloom {
namespace {

using collect::Format;

// Narrow marks first: Letterboxd's ratings.csv would not pass for MovieLens, but other tables might.
const std::array<const Format*, 6> kFormats = {&collect::kDemoLibrary, &collect::kLetterboxd,    &collect::kMovieLensCsv,
                                               &collect::kMovieLens1M, &collect::kMovieLens100K, &collect::kImdb};

std::unexpected<Error> unknown_format(const std::filesystem::path& path) {
  std::string names;
  for (const Format* format : kFormats) names.append(names.empty() ? "" : ", ").append(format->name);
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' holds no export that is known", path.string())).advise("known are: " + names));
}

}  // namespace

std::vector<std::string> import_formats() {
  std::vector<std::string> names;
  for (const Format* format : kFormats) names.emplace_back(format->name);
  return names;
}

Expected<ImportBatch> read_import(const std::filesystem::path& path, const ImportOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const collect::SourceFiles files, collect::read_source(path, cancel));
  for (const Format* format : kFormats) {
    if (!format->recognises(files)) continue;
    const std::string action = fmt::format("importing '{}' as {}", path.string(), format->name);
    CINELOOM_TRY_ASSIGN_IN(ImportBatch batch, format->read(files, options, progress, cancel), action);
    batch.path = path.string();
    match_films(batch, options.catalogue);
    progress.finish();
    return batch;
  }
  return unknown_format(path);
}

}  // namespace cineloom
