#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "collect/table_schema.h"
#include "domain/event_table.h"

namespace cineloom {

/// Reads events of any domain: CSV, TSV, "::"-separated or NDJSON, plain or behind gz, xz, bz2 or zstd, or the right table of a zip,
/// tar or 7-Zip archive or of a folder. Separator, header and columns are found by themselves where the schema says nothing.
/// Known as they are: MovieLens of every size with its genres ("u1" .. "u5", "ua", "ub" as `schema.events.file` of ml-100k: its own
/// train and test parts), and a folder with train, validation_tr, validation_te, test_tr and test_te .csv: a split that is kept.
/// Memory: 24 bytes an event and the names; a million events a second on one core.
/// Lines without user, item or value are left out and counted. Errors: NotFound; DataLoss (damaged archive); InvalidArgument with
/// file and line for what is no number, not finite, or outside the schema's scale, or columns that are not there; Cancelled.
Expected<EventTable> read_event_table(const std::filesystem::path& path, const TableSchema& schema, Progress& progress, const CancelToken& cancel);

/// A prediction by another program, by the names that its file gives.
struct NamedPrediction {
  std::string user;
  std::string item;
  double value = 0;
};

/// Reads "user,item,score" (or prediction, rating, ...; columns by header or in this order). Errors: as read_event_table.
Expected<std::vector<NamedPrediction>> read_predictions(const std::filesystem::path& path, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
