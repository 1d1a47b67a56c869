#pragma once

#include <map>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "domain/import.h"
#include "domain/telling.h"
#include "store/internal/sqlite.h"

/// Ratings of data sets: one row a viewer, origin and import, with all its ratings in one blob (rating_blob.h).
namespace cineloom::sqlite {

/// Adds a table; `viewers` and `films` are the numbers of its lists. A viewer whose ratings are there already, byte for byte, counts
/// as known. Errors: InvalidArgument for a position outside the lists or stars outside 0.5 .. 5; Cancelled.
Expected<void> add_packed(Connection& connection, const RatingTable& table, std::span<const ViewerId> viewers, std::span<const FilmId> films,
                          ImportReceipt& receipt, Progress& progress, const CancelToken& cancel);
/// Of the latest import of each origin; viewer none = all viewers. In the order of viewers and blobs.
Expected<std::vector<Telling>> packed_tellings(Connection& connection, ViewerId viewer);
/// Adds those that stand to each viewer's count.
Expected<void> add_packed_counts(Connection& connection, std::map<ViewerId, std::int64_t>& counts);
Expected<std::int64_t> packed_count(Connection& connection);
enum class Removed { Yes, No };
/// Takes one rating out of its blob; No where the viewer has none of this number.
Expected<Removed> remove_packed(Connection& connection, ViewerId viewer, EventId event);

struct PackedRow {
  std::int64_t row = 0;
  ViewerId viewer;
  std::int64_t first = 0;  ///< number of its first rating as an event
};
/// Seals the ratings of a row that is there.
Expected<void> put_sealed_ratings(Connection& connection, const PackedRow& at, std::string_view bytes);

}  // namespace cineloom::sqlite
