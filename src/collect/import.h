#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "domain/import.h"

namespace cineloom {

struct ImportOptions {
  std::string viewer = "me";             ///< whose an export without a name is
  std::span<const Film> catalogue = {};  ///< films already known; imported ones are matched to them
};

/// Reads a file or folder by its content, whatever it is called: the demo library, MovieLens (ml-latest-small, ml-1m, ml-100k;
/// zip or folder), a Letterboxd export (zip or folder), an IMDb ratings or watchlist export (CSV).
/// Nothing is stored: the batch is a preview until the store applies it.
/// Errors: NotFound; InvalidArgument if nothing known is found there, or a file is malformed (with its name and line);
/// DataLoss for a truncated archive; ResourceExhausted for an archive that unpacks beyond limits; Cancelled.
Expected<ImportBatch> read_import(const std::filesystem::path& path, const ImportOptions& options, Progress& progress, const CancelToken& cancel);

/// Names of the formats that read_import knows, for help texts.
std::vector<std::string> import_formats();

}  // namespace cineloom
