#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/import.h"
#include "domain/telling.h"

/// Ratings of data sets in one blob a viewer, the same in every store. As events they have numbers from kFirstPackedEvent upwards, one
/// after the other in the order of the blob.
namespace cineloom::store {

constexpr std::int64_t kFirstPackedEvent = std::int64_t{1} << 40U;

/// Where each viewer's ratings stand in `order`, so that tables in any order are packed.
struct GroupedRatings {
  std::vector<std::size_t> begins;      ///< by viewer, and the end
  std::vector<std::uint32_t> order;

  [[nodiscard]] std::span<std::uint32_t> of(std::size_t viewer) { return std::span(order).subspan(begins[viewer], begins[viewer + 1] - begins[viewer]); }
};
/// Errors: InvalidArgument for a rating whose viewer is outside 0 .. viewers - 1.
Expected<GroupedRatings> group_ratings(const RatingTable& table, std::size_t viewers);

/// The ratings at these places of the table, sorted by time. Errors: InvalidArgument for a film outside the list, stars outside 0.5 .. 5,
/// or a time more than 2^40 seconds from 1970.
Expected<std::string> pack_ratings(const RatingTable& table, std::span<std::uint32_t> order, std::span<const FilmId> films);

/// Whose blob it is.
struct BlobOwner {
  ViewerId viewer;
  std::string origin;
  std::int64_t first = 0;  ///< number of the first rating as an event
  double step = 0.5;       ///< of the source's scale
};
/// Adds the ratings of a blob that were not taken out. Errors: DataLoss.
Expected<void> unpack_ratings(std::string_view bytes, const BlobOwner& owner, std::vector<Telling>& tellings);

/// How many ratings of a blob were not taken out. Errors: DataLoss.
Expected<std::int64_t> count_ratings(std::string_view bytes);

/// A blob with one of its ratings taken out.
struct RemovedRating {
  std::string bytes;
  bool was_there = false;
};
/// `first` as in BlobOwner. Errors: DataLoss.
Expected<RemovedRating> take_out_rating(std::string_view bytes, std::int64_t first, EventId event);

}  // namespace cineloom::store
