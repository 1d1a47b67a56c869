#include "store/internal/packed_ratings.h"

#include "store/internal/rating_blob.h"
#include "store/internal/sealed.h"

namespace cineloom::sqlite {
namespace {

constexpr std::size_t kViewersPerCheck = 256;

Expected<std::int64_t> first_free(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT coalesce(max(first+count), ?) FROM packed_ratings"));
  statement->bind(1, store::kFirstPackedEvent);
  CINELOOM_TRY(statement->step());
  const std::int64_t first = statement->integer(0);
  statement->reset();
  return first;
}

constexpr std::string_view kStanding =
    "SELECT viewer, origin, first, count, step, bytes FROM packed_ratings AS one WHERE (?1=0 OR viewer=?1) AND "
    "import=(SELECT max(import) FROM packed_ratings WHERE viewer=one.viewer AND origin=one.origin) ORDER BY viewer, origin";

enum class Known { Yes, No };

/// By which a sealed blob is known again.
Expected<std::int64_t> ratings_tag(Connection& connection, ViewerId viewer, std::string_view bytes) {
  return connection.vault()->tag(connection, viewer, "ratings", bytes);
}

Expected<Known> knows_blob(Connection& connection, ViewerId viewer, std::string_view origin, std::string_view bytes) {
  const bool is_sealed = connection.vault() != nullptr;
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(is_sealed ? "SELECT 1 FROM packed_ratings WHERE viewer=? AND origin=? AND tag=?"
                                                                          : "SELECT 1 FROM packed_ratings WHERE viewer=? AND origin=? AND bytes=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, origin);
  if (!is_sealed) statement->bind_blob(3, bytes);
  if (is_sealed) {
    CINELOOM_TRY_ASSIGN(const std::int64_t tag, ratings_tag(connection, viewer, bytes));
    statement->bind(3, tag);
  }
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  statement->reset();
  return step == Statement::Step::Row ? Known::Yes : Known::No;
}

Expected<void> put_bytes(Connection& connection, std::int64_t row, std::string_view bytes) {
  CINELOOM_TRY_ASSIGN(Statement * update, connection.prepare("UPDATE packed_ratings SET bytes=? WHERE rowid=?"));
  update->bind_blob(1, bytes);
  update->bind(2, row);
  CINELOOM_TRY(update->step());
  update->reset();
  return {};
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
  if (connection.vault() == nullptr) statement->bind_blob(7, bytes);
  if (connection.vault() != nullptr) statement->bind_blob(7, "sealed");  // in the clear it might reach the journal
  CINELOOM_TRY(statement->step());
  const std::int64_t row = connection.last_id();
  statement->reset();
  return connection.vault() == nullptr ? Expected<void>() : put_sealed_ratings(connection, {.row = row, .viewer = viewer, .first = first}, bytes);
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

Expected<void> put_sealed_ratings(Connection& connection, const PackedRow& at, std::string_view bytes) {
  CINELOOM_TRY_ASSIGN(const std::int64_t tag, ratings_tag(connection, at.viewer, bytes));
  CINELOOM_TRY_ASSIGN(const std::string cell, sealed::seal_ratings(connection, at.viewer, at.first, bytes));
  CINELOOM_TRY(put_bytes(connection, at.row, cell));
  return connection.run("UPDATE packed_ratings SET tag=? WHERE rowid=?", tag, at.row);
}

Expected<void> add_packed(Connection& connection, const RatingTable& table, std::span<const ViewerId> viewers, std::span<const FilmId> films,
                          ImportReceipt& receipt, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(store::GroupedRatings grouped, store::group_ratings(table, viewers.size()));
  CINELOOM_TRY_ASSIGN(std::int64_t first, first_free(connection));
  const int known_before = receipt.events_known;
  for (std::size_t viewer = 0; viewer < viewers.size(); ++viewer) {
    if (viewer % kViewersPerCheck == 0) {
      CINELOOM_TRY(cancel.check());
      progress.set(static_cast<std::int64_t>(grouped.begins[viewer]));
    }
    const std::span order = grouped.of(viewer);
    if (order.empty()) continue;
    const auto count = static_cast<std::int64_t>(order.size());
    CINELOOM_TRY_ASSIGN(const std::string bytes, store::pack_ratings(table, order, films));
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
    const store::BlobOwner owner{
        .viewer = ViewerId(statement->integer(0)), .origin = std::string(statement->text(1)), .first = statement->integer(2), .step = statement->real(4)};
    if (connection.vault() == nullptr) {
      CINELOOM_TRY(store::unpack_ratings(statement->text(5), owner, tellings));
      continue;
    }
    CINELOOM_TRY_ASSIGN(const std::string bytes, sealed::open_ratings(connection, owner.viewer, owner.first, statement->text(5)));
    CINELOOM_TRY(store::unpack_ratings(bytes, owner, tellings));
  }
  statement->reset();
  return tellings;
}

Expected<void> add_packed_counts(Connection& connection, std::map<ViewerId, std::int64_t>& counts) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(kStanding));
  statement->bind(1, std::int64_t{0});
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    const ViewerId viewer(statement->integer(0));
    std::string opened;
    if (connection.vault() != nullptr) { CINELOOM_TRY_ASSIGN(opened, sealed::open_ratings(connection, viewer, statement->integer(2), statement->text(5))); }
    CINELOOM_TRY_ASSIGN(const std::int64_t ratings, store::count_ratings(connection.vault() != nullptr ? std::string_view(opened) : statement->text(5)));
    if (ratings > 0) counts[viewer] += ratings;
  }
  statement->reset();
  return {};
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
  const std::int64_t first = statement->integer(1);
  std::string bytes(statement->text(2));
  statement->reset();
  if (connection.vault() != nullptr) { CINELOOM_TRY_ASSIGN(bytes, sealed::open_ratings(connection, viewer, first, bytes)); }
  CINELOOM_TRY_ASSIGN(const store::RemovedRating after, store::take_out_rating(bytes, first, event));
  CINELOOM_TRY(connection.vault() == nullptr ? put_bytes(connection, row, after.bytes)
                                             : put_sealed_ratings(connection, {.row = row, .viewer = viewer, .first = first}, after.bytes));
  return after.was_there ? Removed::Yes : Removed::No;
}

}  // namespace cineloom::sqlite
