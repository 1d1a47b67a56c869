// A blob is a row of ratings in order of time: the film's number, halves of stars (0 = taken out), seconds since the one before. Numbers
// are unsigned, seven bits a byte, lowest first, the eighth bit says that more follow; differences of seconds are folded to even and odd.
#include "store/internal/rating_blob.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "domain/event_value.h"

namespace cineloom::store {
namespace {

void append_number(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) bytes += static_cast<char>(static_cast<unsigned char>(number) | 0x80U);
  bytes += static_cast<char>(number);
}

std::uint64_t folded(std::int64_t number) { return (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63U); }
std::int64_t unfolded(std::uint64_t number) { return static_cast<std::int64_t>(number >> 1U) ^ -static_cast<std::int64_t>(number & 1U); }

/// One rating in a blob.
struct Entry {
  std::int64_t film = 0;
  unsigned halves = 0;
  std::int64_t seconds = 0;
};

constexpr std::int64_t kMostSeconds = std::int64_t{1} << 40U;  ///< before and after 1970: some 35,000 years
constexpr unsigned kMostHalves = 10;

/// Reads a blob. Errors: DataLoss for one that ends early, or has values that no rating has.
class BlobReader {
 public:
  explicit BlobReader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool is_done() const { return rest_.empty(); }
  Expected<Entry> next() {
    CINELOOM_TRY_ASSIGN(const std::uint64_t film, number());
    CINELOOM_TRY_ASSIGN(const std::uint64_t halves, number());
    CINELOOM_TRY_ASSIGN(const std::uint64_t step, number());
    // Wraps round where it is nonsense; sums of two such times fit.
    seconds_ = static_cast<std::int64_t>(static_cast<std::uint64_t>(seconds_) + static_cast<std::uint64_t>(unfolded(step)));
    if (halves > kMostHalves || seconds_ < -kMostSeconds || seconds_ > kMostSeconds) return damaged();
    return Entry{.film = static_cast<std::int64_t>(film), .halves = static_cast<unsigned>(halves), .seconds = seconds_};
  }

 private:
  Expected<std::uint64_t> number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    return damaged();
  }
  static std::unexpected<Error> damaged() { return fail(ErrorCode::DataLoss, "the ratings of a data set are damaged"); }

  std::string_view rest_;
  std::int64_t seconds_ = 0;
};

void append_entry(std::string& bytes, const Entry& entry, std::int64_t& before) {
  append_number(bytes, static_cast<std::uint64_t>(entry.film));
  append_number(bytes, entry.halves);
  append_number(bytes, folded(entry.seconds - before));
  before = entry.seconds;
}

Expected<Entry> entry_of(const PackedRating& rating, std::span<const FilmId> films) {
  const bool is_there = rating.film >= 0 && static_cast<std::size_t>(rating.film) < films.size();
  if (!is_there || !are_stars(rating.stars)) return fail(ErrorCode::InvalidArgument, "a rating of a data set names no film, or stars outside 0.5 to 5");
  if (rating.at_seconds < -kMostSeconds || rating.at_seconds > kMostSeconds) return fail(ErrorCode::InvalidArgument, "a rating of a data set has no time");
  return Entry{.film = films[static_cast<std::size_t>(rating.film)].number(),
               .halves = static_cast<unsigned>(std::lround(rating.stars * 2)),
               .seconds = rating.at_seconds};
}

}  // namespace

Expected<GroupedRatings> group_ratings(const RatingTable& table, std::size_t viewers) {
  GroupedRatings grouped{.begins = std::vector<std::size_t>(viewers + 1), .order = std::vector<std::uint32_t>(table.ratings.size())};
  for (const PackedRating& rating : table.ratings) {
    if (rating.viewer < 0 || static_cast<std::size_t>(rating.viewer) >= viewers)
      return fail(ErrorCode::InvalidArgument, "a rating of a data set names no viewer");
    ++grouped.begins[static_cast<std::size_t>(rating.viewer) + 1];
  }
  std::partial_sum(grouped.begins.begin(), grouped.begins.end(), grouped.begins.begin());
  std::vector<std::size_t> next(grouped.begins.begin(), grouped.begins.end() - 1);
  for (std::size_t at = 0; at < table.ratings.size(); ++at)
    grouped.order[next[static_cast<std::size_t>(table.ratings[at].viewer)]++] = static_cast<std::uint32_t>(at);
  return grouped;
}

Expected<std::string> pack_ratings(const RatingTable& table, std::span<std::uint32_t> order, std::span<const FilmId> films) {
  std::ranges::stable_sort(order, {}, [&](std::uint32_t at) { return table.ratings[at].at_seconds; });
  std::string bytes;
  std::int64_t before = 0;
  for (const std::uint32_t at : order) {
    CINELOOM_TRY_ASSIGN(const Entry entry, entry_of(table.ratings[at], films));
    append_entry(bytes, entry, before);
  }
  return bytes;
}

Expected<void> unpack_ratings(std::string_view bytes, const BlobOwner& owner, std::vector<Telling>& tellings) {
  std::int64_t number = owner.first;
  for (BlobReader reader(bytes); !reader.is_done(); ++number) {
    CINELOOM_TRY_ASSIGN(const Entry entry, reader.next());
    if (entry.halves == 0) continue;
    tellings.push_back({.event = {.id = EventId(number),
                                  .viewer = owner.viewer,
                                  .film = FilmId(entry.film),
                                  .kind = EventKind::Rate,
                                  .value = entry.halves / 2.0,
                                  .at = Timestamp(std::chrono::seconds(entry.seconds)),
                                  .origin = owner.origin},
                        .step = owner.step});
  }
  return {};
}

Expected<std::int64_t> count_ratings(std::string_view bytes) {
  std::int64_t count = 0;
  for (BlobReader reader(bytes); !reader.is_done();) {
    CINELOOM_TRY_ASSIGN(const Entry entry, reader.next());
    count += entry.halves > 0 ? 1 : 0;
  }
  return count;
}

Expected<RemovedRating> take_out_rating(std::string_view bytes, std::int64_t first, EventId event) {
  RemovedRating removed;
  std::int64_t number = first;
  std::int64_t seconds = 0;
  for (BlobReader reader(bytes); !reader.is_done(); ++number) {
    CINELOOM_TRY_ASSIGN(Entry entry, reader.next());
    if (number == event.number() && entry.halves > 0) removed.was_there = true;
    if (number == event.number()) entry.halves = 0;
    append_entry(removed.bytes, entry, seconds);
  }
  return removed;
}

}  // namespace cineloom::store
