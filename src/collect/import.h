#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "domain/import.h"

namespace cineloom {

struct ImportOptions {
  std::string viewer = "me";             ///< whose an export is; also the one of several people in it who is called so
  std::span<const Film> catalogue = {};  ///< films already known; imported ones are matched to them
  std::set<std::string> seen = {};       ///< keys of films that the viewer has events with: a title without a year may be one of them
  Timestamp now = {};                    ///< when something happened of which a source says no time
};

/// Reads files, folders and archives by their content, whatever they are called, and merges what they tell: films that are the same
/// become one, each event keeps its origin, the origin's id and the row it stands in. Nothing is stored: the batch is a preview until
/// the store applies it. Known are the formats of import_formats() (docs/formats/imports.md).
/// Errors: NotFound; InvalidArgument if nothing known is found there, or a file is malformed (with its name and line);
/// DataLoss for a damaged archive; ResourceExhausted for one that unpacks beyond limits; Cancelled.
Expected<ImportBatch> read_import(const std::filesystem::path& path, const ImportOptions& options, Progress& progress, const CancelToken& cancel);

/// The same for several paths, which may complete each other, and for bytes that came over the network.
Expected<ImportBatch> read_imports(std::span<const std::filesystem::path> paths, const ImportOptions& options, Progress& progress, const CancelToken& cancel);
Expected<ImportBatch> read_import_bytes(std::string_view name, std::string bytes, const ImportOptions& options, Progress& progress, const CancelToken& cancel);

/// Names of the formats that read_import knows, for help texts.
std::vector<std::string> import_formats();

}  // namespace cineloom
