#include "store/internal/rating_blob.h"
#include "store/postgres/tables.h"

namespace cineloom::postgres {
namespace {

constexpr std::size_t kViewersPerStatement = 256;

/// Blobs that go in one statement.
struct Blobs {
  std::vector<std::int64_t> viewers, firsts, counts;
  ManyBytes bytes;

  void drop(const std::vector<bool>& dropped) {
    Blobs kept;
    for (std::size_t i = 0; i < viewers.size(); ++i) {
      if (dropped[i]) continue;
      kept.viewers.push_back(viewers[i]);
      kept.counts.push_back(counts[i]);
      kept.bytes.values.push_back(std::move(bytes.values[i]));
    }
    *this = std::move(kept);
  }
};

// Ratings that are there already, byte for byte, are known.
Expected<void> drop_known(Connection& connection, Blobs& blobs, const std::string& origin, ImportReceipt& receipt) {
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("SELECT DISTINCT place FROM unnest($1, $2) WITH ORDINALITY AS t(viewer, bytes, place) JOIN packed_ratings p "
                                     "USING(viewer, bytes) WHERE p.origin=$3",
                                     Parameters(blobs.viewers, blobs.bytes, origin)));
  std::vector<bool> is_known(blobs.viewers.size());
  for (int row = 0; row < rows.size(); ++row) is_known[static_cast<std::size_t>(rows.integer(row, 0)) - 1] = true;
  for (std::size_t i = 0; i < is_known.size(); ++i) (is_known[i] ? receipt.events_known : receipt.events_new) += static_cast<int>(blobs.counts[i]);
  blobs.drop(is_known);
  return {};
}

Expected<void> add_blobs(Connection& connection, Blobs blobs, const RatingTable& table, ImportReceipt& receipt, std::int64_t& first) {
  CINELOOM_TRY(drop_known(connection, blobs, table.origin, receipt));
  for (const std::int64_t count : blobs.counts) {
    blobs.firsts.push_back(first);
    first += count;
  }
  if (blobs.viewers.empty()) return {};
  CINELOOM_TRY(
      connection.run("INSERT INTO packed_ratings(viewer, first, count, bytes, origin, import, step) "
                     "SELECT viewer, first, count, bytes, $5, $6, $7 FROM unnest($1, $2, $3, $4) AS t(viewer, first, count, bytes)",
                     Parameters(blobs.viewers, blobs.firsts, blobs.counts, blobs.bytes, table.origin, receipt.id.number(), table.step)));
  return {};
}

Expected<void> note_films(Connection& connection, const RatingTable& table, std::span<const FilmId> films, ImportId import) {
  std::vector<bool> is_rated(films.size());
  for (const PackedRating& rating : table.ratings) is_rated[static_cast<std::size_t>(rating.film)] = true;
  std::vector<std::int64_t> rated;
  for (std::size_t at = 0; at < films.size(); ++at) {
    if (is_rated[at]) rated.push_back(films[at].number());
  }
  CINELOOM_TRY(connection.run("INSERT INTO packed_films(import, film) SELECT $1, film FROM unnest($2) AS t(film) ON CONFLICT DO NOTHING",
                              Parameters(import.number(), rated)));
  return {};
}

constexpr std::string_view kOfAll =
    "SELECT viewer, origin, first, step, bytes FROM packed_ratings AS one WHERE "
    "import=(SELECT max(import) FROM packed_ratings WHERE viewer=one.viewer AND origin=one.origin) ORDER BY viewer, origin";
constexpr std::string_view kOfOne =
    "SELECT viewer, origin, first, step, bytes FROM packed_ratings AS one WHERE viewer=$1 AND "
    "import=(SELECT max(import) FROM packed_ratings WHERE viewer=one.viewer AND origin=one.origin) ORDER BY origin";

}  // namespace

Expected<void> add_packed(Connection& connection, const RatingTable& table, std::span<const ViewerId> viewers, std::span<const FilmId> films,
                          ImportReceipt& receipt, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(store::GroupedRatings grouped, store::group_ratings(table, viewers.size()));
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT coalesce(max(first+count), $1) FROM packed_ratings", Parameters(store::kFirstPackedEvent)));
  std::int64_t first = rows.integer(0, 0);
  const int known_before = receipt.events_known;
  Blobs blobs;
  for (std::size_t viewer = 0; viewer < viewers.size(); ++viewer) {
    if (const std::span order = grouped.of(viewer); !order.empty()) {
      CINELOOM_TRY_ASSIGN(std::string bytes, store::pack_ratings(table, order, films));
      blobs.viewers.push_back(viewers[viewer].number());
      blobs.counts.push_back(static_cast<std::int64_t>(order.size()));
      blobs.bytes.values.push_back(std::move(bytes));
    }
    if (blobs.viewers.size() < kViewersPerStatement && viewer + 1 < viewers.size()) continue;
    CINELOOM_TRY(cancel.check());
    progress.set(static_cast<std::int64_t>(grouped.begins[viewer]));
    CINELOOM_TRY(add_blobs(connection, std::exchange(blobs, {}), table, receipt, first));
  }
  const bool is_all_known = receipt.events_known - known_before == static_cast<int>(table.ratings.size());
  return is_all_known ? Expected<void>() : note_films(connection, table, films, receipt.id);
}

Expected<std::vector<Telling>> packed_tellings(Connection& connection, ViewerId viewer) {
  std::vector<Telling> tellings;
  const auto take = [&tellings](const Rows& rows) -> Expected<void> {
    for (int row = 0; row < rows.size(); ++row) {
      const store::BlobOwner owner{
          .viewer = ViewerId(rows.integer(row, 0)), .origin = std::string(rows.text(row, 1)), .first = rows.integer(row, 2), .step = rows.real(row, 3)};
      CINELOOM_TRY(store::unpack_ratings(rows.text(row, 4), owner, tellings));
    }
    return {};
  };
  if (viewer.is_none()) {
    CINELOOM_TRY(connection.each(kOfAll, Parameters(), take));
  } else {
    CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(kOfOne, Parameters(viewer.number())));
    CINELOOM_TRY(take(rows));
  }
  return tellings;
}

Expected<void> add_packed_counts(Connection& connection, std::map<ViewerId, std::int64_t>& counts) {
  return connection.each(kOfAll, Parameters(), [&counts](const Rows& rows) -> Expected<void> {
    for (int row = 0; row < rows.size(); ++row) {
      CINELOOM_TRY_ASSIGN(const std::int64_t ratings, store::count_ratings(rows.text(row, 4)));
      if (ratings > 0) counts[ViewerId(rows.integer(row, 0))] += ratings;
    }
    return {};
  });
}

Expected<Removed> remove_packed(Connection& connection, ViewerId viewer, EventId event) {
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("SELECT origin, import, first, bytes FROM packed_ratings WHERE viewer=$1 AND first<=$2 AND first+count>$2 "
                                     "FOR UPDATE",
                                     Parameters(viewer.number(), event.number())));
  if (rows.is_empty()) return Removed::No;
  CINELOOM_TRY_ASSIGN(const store::RemovedRating after, store::take_out_rating(rows.text(0, 3), rows.integer(0, 2), event));
  CINELOOM_TRY(connection.run("UPDATE packed_ratings SET bytes=$4 WHERE viewer=$1 AND origin=$2 AND import=$3",
                              Parameters(viewer.number(), rows.text(0, 0), rows.integer(0, 1), Bytes(after.bytes))));
  return after.was_there ? Removed::Yes : Removed::No;
}

}  // namespace cineloom::postgres
