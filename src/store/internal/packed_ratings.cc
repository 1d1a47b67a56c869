#include "store/internal/packed_ratings.h"

#include "store/internal/rating_blob.h"

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
    const store::BlobOwner owner{.viewer = ViewerId(statement->integer(0)),
                                 .origin = std::string(statement->text(1)),
                                 .first = statement->integer(2),
                                 .step = statement->real(4)};
    CINELOOM_TRY(store::unpack_ratings(statement->text(5), owner, tellings));
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
  const std::int64_t first = statement->integer(1);
  CINELOOM_TRY_ASSIGN(const store::RemovedRating after, store::take_out_rating(statement->text(2), first, event));
  statement->reset();
  CINELOOM_TRY_ASSIGN(Statement * update, connection.prepare("UPDATE packed_ratings SET bytes=? WHERE rowid=?"));
  update->bind_blob(1, after.bytes);
  update->bind(2, row);
  CINELOOM_TRY(update->step());
  update->reset();
  return after.was_there ? Removed::Yes : Removed::No;
}

}  // namespace cineloom::sqlite
