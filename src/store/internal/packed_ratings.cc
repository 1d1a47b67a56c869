// A blob is a row of ratings in order of time: the film's number, halves of stars (0 = taken out), seconds since the one before. Numbers
// are unsigned, seven bits a byte, lowest first, the eighth bit says that more follow; differences of seconds are folded to even and odd.
#include "store/internal/packed_ratings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cineloom::sqlite {
namespace {

constexpr std::size_t kViewersPerCheck = 256;

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

/// Reads a blob. Errors: DataLoss for one that ends early.
class BlobReader {
 public:
  explicit BlobReader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool is_done() const { return rest_.empty(); }
  Expected<Entry> next() {
    CINELOOM_TRY_ASSIGN(const std::uint64_t film, number());
    CINELOOM_TRY_ASSIGN(const std::uint64_t halves, number());
    CINELOOM_TRY_ASSIGN(const std::uint64_t step, number());
    seconds_ += unfolded(step);
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
    return fail(ErrorCode::DataLoss, "the ratings of a data set are damaged");
  }

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
  if (!is_there || !(rating.stars >= 0.5F && rating.stars <= 5))
    return fail(ErrorCode::InvalidArgument, "a rating of a data set names no film, or stars outside 0.5 to 5");
  return Entry{.film = films[static_cast<std::size_t>(rating.film)].number(),
               .halves = static_cast<unsigned>(std::lround(rating.stars * 2)),
               .seconds = rating.at_seconds};
}

/// Where each viewer's ratings stand in `order`, so that tables in any order are packed.
struct Grouped {
  std::vector<std::size_t> begins;      // by viewer, and the end
  std::vector<std::uint32_t> order;
};

Expected<Grouped> group(const RatingTable& table, std::size_t viewers) {
  Grouped grouped{.begins = std::vector<std::size_t>(viewers + 1), .order = std::vector<std::uint32_t>(table.ratings.size())};
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

Expected<std::string> blob_of(const RatingTable& table, std::span<std::uint32_t> order, std::span<const FilmId> films) {
  std::ranges::stable_sort(order, {}, [&](std::uint32_t at) { return table.ratings[at].at_seconds; });
  std::string bytes;
  std::int64_t before = 0;
  for (const std::uint32_t at : order) {
    CINELOOM_TRY_ASSIGN(const Entry entry, entry_of(table.ratings[at], films));
    append_entry(bytes, entry, before);
  }
  return bytes;
}

Expected<std::int64_t> first_free(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT coalesce(max(first+count), ?) FROM packed_ratings"));
  statement->bind(1, kFirstPackedEvent);
  CINELOOM_TRY(statement->step());
  const std::int64_t first = statement->integer(0);
  statement->reset();
  return first;
}

constexpr std::string_view kStanding =
    "SELECT viewer, origin, first, count, step, bytes FROM packed_ratings AS one WHERE (?1=0 OR viewer=?1) AND "
    "import=(SELECT max(import) FROM packed_ratings WHERE viewer=one.viewer AND origin=one.origin) ORDER BY viewer, origin";

enum class Known { Yes, No };

Expected<Known> knows_blob(Connection& connection, ViewerId viewer, std::string_view origin, std::string_view bytes) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT 1 FROM packed_ratings WHERE viewer=? AND origin=? AND bytes=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, origin);
  statement->bind_blob(3, bytes);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  statement->reset();
  return step == Statement::Step::Row ? Known::Yes : Known::No;
}

Expected<void> add_blob(Connection& connection, const RatingTable& table, ViewerId viewer, ImportId import, std::int64_t first, std::int64_t count,
                        std::string_view bytes) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("INSERT INTO packed_ratings(viewer, origin, import, first, count, step, bytes) VALUES(?,?,?,?,?,?,?)"));
  statement->bind(1, viewer.number());
  statement->bind(2, std::string_view(table.origin));
  statement->bind(3, import.number());
  statement->bind(4, first);
  statement->bind(5, count);
  statement->bind(6, table.step);
  statement->bind_blob(7, bytes);
  CINELOOM_TRY(statement->step());
  statement->reset();
  return {};
}

Expected<void> note_films(Connection& connection, const RatingTable& table, std::span<const FilmId> films, ImportId import) {
  std::vector<bool> is_rated(films.size());
  for (const PackedRating& rating : table.ratings) is_rated[static_cast<std::size_t>(rating.film)] = true;
  for (std::size_t at = 0; at < films.size(); ++at) {
    if (is_rated[at]) CINELOOM_TRY(connection.run("INSERT OR IGNORE INTO packed_films(import, film) VALUES(?,?)", import.number(), films[at].number()));
  }
  return {};
}

}  // namespace

Expected<void> add_packed(Connection& connection, const RatingTable& table, std::span<const ViewerId> viewers, std::span<const FilmId> films,
                          ImportReceipt& receipt, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(Grouped grouped, group(table, viewers.size()));
  CINELOOM_TRY_ASSIGN(std::int64_t first, first_free(connection));
  const int known_before = receipt.events_known;
  for (std::size_t viewer = 0; viewer < viewers.size(); ++viewer) {
    if (viewer % kViewersPerCheck == 0) {
      CINELOOM_TRY(cancel.check());
      progress.set(static_cast<std::int64_t>(grouped.begins[viewer]));
    }
    const std::span order = std::span(grouped.order).subspan(grouped.begins[viewer], grouped.begins[viewer + 1] - grouped.begins[viewer]);
    if (order.empty()) continue;
    const auto count = static_cast<std::int64_t>(order.size());
    CINELOOM_TRY_ASSIGN(const std::string bytes, blob_of(table, order, films));
    CINELOOM_TRY_ASSIGN(const Known known, knows_blob(connection, viewers[viewer], table.origin, bytes));
    (known == Known::Yes ? receipt.events_known : receipt.events_new) += static_cast<int>(count);
    if (known == Known::Yes) continue;
    CINELOOM_TRY(add_blob(connection, table, viewers[viewer], receipt.id, first, count, bytes));
    first += count;
  }
  const bool is_all_known = receipt.events_known - known_before == static_cast<int>(table.ratings.size());
  return is_all_known ? Expected<void>() : note_films(connection, table, films, receipt.id);
}

Expected<std::vector<Telling>> packed_tellings(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(kStanding));
  statement->bind(1, viewer.number());
  std::vector<Telling> tellings;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    const std::string origin(statement->text(1));
    std::int64_t number = statement->integer(2);
    BlobReader reader(statement->text(5));
    for (; !reader.is_done(); ++number) {
      CINELOOM_TRY_ASSIGN(const Entry entry, reader.next());
      if (entry.halves == 0) continue;
      tellings.push_back({.event = {.id = EventId(number),
                                    .viewer = ViewerId(statement->integer(0)),
                                    .film = FilmId(entry.film),
                                    .kind = EventKind::Rate,
                                    .value = entry.halves / 2.0,
                                    .at = Timestamp(std::chrono::seconds(entry.seconds)),
                                    .origin = origin},
                          .step = statement->real(4)});
    }
  }
  statement->reset();
  return tellings;
}

Expected<std::int64_t> packed_count(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT coalesce(sum(count),0) FROM packed_ratings AS one WHERE "
                                         "import=(SELECT max(import) FROM packed_ratings WHERE viewer=one.viewer AND origin=one.origin)"));
  CINELOOM_TRY(statement->step());
  const std::int64_t count = statement->integer(0);
  statement->reset();
  return count;
}

Expected<Removed> remove_packed(Connection& connection, ViewerId viewer, EventId event) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT rowid, first, bytes FROM packed_ratings WHERE viewer=?1 AND first<=?2 AND first+count>?2"));
  statement->bind(1, viewer.number());
  statement->bind(2, event.number());
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return Removed::No;
  const std::int64_t row = statement->integer(0);
  std::int64_t number = statement->integer(1);
  const std::string before(statement->text(2));
  statement->reset();
  std::string after;
  std::int64_t seconds = 0;
  Removed removed = Removed::No;
  for (BlobReader reader(before); !reader.is_done(); ++number) {
    CINELOOM_TRY_ASSIGN(Entry entry, reader.next());
    if (number == event.number() && entry.halves > 0) removed = Removed::Yes;
    if (number == event.number()) entry.halves = 0;
    append_entry(after, entry, seconds);
  }
  CINELOOM_TRY_ASSIGN(Statement * update, connection.prepare("UPDATE packed_ratings SET bytes=? WHERE rowid=?"));
  update->bind_blob(1, after);
  update->bind(2, row);
  CINELOOM_TRY(update->step());
  update->reset();
  return removed;
}

}  // namespace cineloom::sqlite
