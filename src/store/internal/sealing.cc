#include "store/internal/sealing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "store/internal/packed_ratings.h"
#include "store/internal/sealed.h"
#include "store/internal/webhooks.h"

namespace cineloom::sqlite {
namespace {

constexpr int kRowsTogether = 5000;

/// Rows that lie open are read as in a store without keys.
class OpenRows {
 public:
  explicit OpenRows(Connection& connection) : connection_(connection), vault_(connection.use(nullptr)) {}
  ~OpenRows() { std::ignore = connection_.use(std::move(vault_)); }
  OpenRows(const OpenRows&) = delete;
  OpenRows& operator=(const OpenRows&) = delete;

 private:
  Connection& connection_;
  std::shared_ptr<Vault> vault_;
};

Expected<void> in_transaction(Connection& connection, auto work) {
  CINELOOM_TRY(connection.execute("BEGIN IMMEDIATE"));
  auto done = work();
  if (done) done = connection.execute("COMMIT");
  if (!done && sqlite3_get_autocommit(connection.handle()) == 0) std::ignore = connection.execute("ROLLBACK");  // the first error is the one to tell
  return done;
}

Expected<std::vector<std::int64_t>> numbers(Connection& connection, std::string_view question, std::int64_t value) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(question));
  statement->bind(1, value);
  std::vector<std::int64_t> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    found.push_back(statement->integer(0));
  }
  statement->reset();
  return found;
}

Expected<void> seal_slates(Connection& connection, const std::vector<Slate>& slates) {
  for (const Slate& slate : slates) {
    CINELOOM_TRY(sealed::seal_slate(connection, slate));
    CINELOOM_TRY(connection.run("DELETE FROM slate_items WHERE slate=?", slate.id.number()));
  }
  return {};
}

Expected<void> seal_forecasts(Connection& connection, ViewerId viewer, const std::vector<Forecast>& forecasts) {
  for (const Forecast& forecast : forecasts) CINELOOM_TRY(sealed::add_forecast(connection, forecast));
  return connection.run("DELETE FROM forecasts WHERE viewer=?", viewer.number());
}

Expected<void> seal_preferences(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT name, json FROM preferences WHERE viewer=? AND sealed IS NULL"));
  statement->bind(1, viewer.number());
  std::vector<sealed::Preference> open;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    open.push_back({.name = std::string(statement->text(0)), .json = std::string(statement->text(1))});
  }
  statement->reset();
  CINELOOM_TRY(connection.run("DELETE FROM preferences WHERE viewer=? AND sealed IS NULL", viewer.number()));
  for (const sealed::Preference& preference : open) CINELOOM_TRY(sealed::put_preference(connection, viewer, preference.name, preference.json));
  return {};
}

Expected<void> seal_packed(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const auto rows, numbers(connection, "SELECT rowid FROM packed_ratings WHERE viewer=? AND tag IS NULL", viewer.number()));
  for (const std::int64_t row : rows) {
    CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT first, bytes FROM packed_ratings WHERE rowid=?"));
    statement->bind(1, row);
    CINELOOM_TRY(statement->step());
    const std::int64_t first = statement->integer(0);
    const std::string bytes(statement->text(1));
    statement->reset();
    CINELOOM_TRY(put_sealed_ratings(connection, {.row = row, .viewer = viewer, .first = first}, bytes));
  }
  return {};
}

/// Gives how many events there were.
Expected<int> seal_viewer(Connection& connection, ViewerId id) {
  std::optional<Viewer> viewer;
  std::vector<Slate> slates;
  std::vector<Forecast> forecasts;
  {
    const OpenRows open(connection);
    CINELOOM_TRY_ASSIGN(viewer, find_viewer(connection, id));
    CINELOOM_TRY_ASSIGN(slates, sqlite::slates(connection, {.viewer = id, .since = {}, .limit = 1'000'000}));
    CINELOOM_TRY_ASSIGN(forecasts, sqlite::forecasts(connection, id));
  }
  CINELOOM_TRY(connection.vault()->make_key(connection, id));
  CINELOOM_TRY(sealed::seal_name(connection, *viewer));
  CINELOOM_TRY_ASSIGN(const int events, seal_events(connection, id));
  CINELOOM_TRY(seal_slates(connection, slates));
  CINELOOM_TRY(seal_forecasts(connection, id, forecasts));
  CINELOOM_TRY(seal_preferences(connection, id));
  CINELOOM_TRY(seal_packed(connection, id));
  return events;
}

/// Once all viewers are known: most reviews are by people who are none.
Expected<void> seal_reviews(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT id, author, text, stars FROM reviews WHERE sealed IS NULL"));
  std::vector<Review> open;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    open.push_back({.id = ReviewId(statement->integer(0)),
                    .author = std::string(statement->text(1)),
                    .text = std::string(statement->text(2)),
                    .stars = statement->optional_real(3)});
  }
  statement->reset();
  for (const Review& review : open) CINELOOM_TRY(sealed::seal_review(connection, review.id, review));
  return {};
}

/// What belongs to nobody alone.
Expected<void> seal_household(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * stories, connection.prepare("SELECT id, json FROM stories WHERE sealed IS NULL"));
  std::vector<std::pair<StoryId, std::string>> open;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, stories->step());
    if (step == Statement::Step::Done) break;
    open.emplace_back(stories->integer(0), std::string(stories->text(1)));
  }
  stories->reset();
  for (const auto& [id, json] : open) CINELOOM_TRY(sealed::put_story(connection, id, json));
  CINELOOM_TRY_ASSIGN(auto receipts, imports(connection));
  for (const ImportReceipt& receipt : receipts) CINELOOM_TRY(sealed::put_receipt(connection, receipt));
  return seal_webhooks(connection);
}

Expected<void> put_state(Connection& connection, SealingState state) {
  return connection.run("UPDATE sealing SET state=?", std::int64_t{std::to_underlying(state)});
}

constexpr std::string_view kUnsealed =
    "SELECT id FROM viewers WHERE id>?1 AND NOT EXISTS(SELECT 1 FROM viewer_keys WHERE viewer=viewers.id) ORDER BY id LIMIT 1000";

Expected<void> seal_viewers(Connection& connection, Progress& progress, const CancelToken& cancel) {
  std::int64_t done = 0;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const auto viewers, numbers(connection, kUnsealed, 0));
    if (viewers.empty()) return {};
    CINELOOM_TRY(cancel.check());
    const auto work = [&]() -> Expected<void> {
      int rows = 0;
      for (auto viewer = viewers.begin(); viewer != viewers.end() && rows < kRowsTogether; ++viewer, ++done) {
        CINELOOM_TRY_ASSIGN(const int events, seal_viewer(connection, ViewerId(*viewer)));
        rows += 1 + events;
      }
      return {};
    };
    CINELOOM_TRY(in_transaction(connection, work));
    progress.set(done);
  }
}

struct CellTable {
  std::string_view table;
  std::string_view column;
  std::string_view row;    ///< which column the cell's context names
  std::string_view owner;  ///< which column says whose it is; empty = the household's
};
constexpr std::array kCellTables{
    CellTable{"viewers", "sealed", "id", "id"},
    CellTable{"sealed_events", "bytes", "id", "viewer"},
    CellTable{"sealed_forecasts", "bytes", "act", "viewer"},
    CellTable{"slates", "sealed", "id", "viewer"},
    CellTable{"preferences", "sealed", "tag", "viewer"},
    CellTable{"packed_ratings", "bytes", "first", "viewer"},
    CellTable{"reviews", "sealed", "id", "viewer"},
    CellTable{"imports", "sealed", "id", ""},
    CellTable{"stories", "sealed", "id", ""},
    CellTable{"webhooks", "sealed", "id", ""},
    CellTable{"webhook_deliveries", "sealed", "id", ""},
};

/// The owner's cells of one table, sealed with another key.
Expected<std::int64_t> renew_cells(Connection& connection, const CellTable& table, ViewerId owner, const Vault::Held& before, const Vault::Held& after) {
  const std::string whose = table.owner.empty() ? "1" : fmt::format("{}=?1", table.owner);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(fmt::format("SELECT {}, {} FROM {} WHERE {} AND {} IS NOT NULL", table.row, table.column,
                                                                            table.table, whose, table.column)));
  statement->bind(1, owner.number());
  std::vector<std::pair<std::int64_t, std::string>> cells;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    const std::int64_t row = statement->integer(0);
    privacy::CellPlace place{.table = table.table, .column = table.column, .row = row, .owner = owner.number(), .version = before.version};
    CINELOOM_TRY_ASSIGN(const std::string plain, before.key.open(place, statement->text(1)));
    place.version = after.version;
    cells.emplace_back(row, after.key.seal(place, plain));
  }
  statement->reset();
  const std::string update = fmt::format("UPDATE {} SET {}=?2 WHERE {}=?3 AND {}", table.table, table.column, table.row, whose);
  for (const auto& [row, cell] : cells) {
    CINELOOM_TRY_ASSIGN(Statement * put, connection.prepare(update));
    put->bind(1, owner.number());
    put->bind_blob(2, cell);
    put->bind(3, row);
    CINELOOM_TRY(put->step());
    put->reset();
  }
  return std::ssize(cells);
}

Expected<std::int64_t> renew_owner(Connection& connection, ViewerId owner, const Vault::Held& before, const Vault::Held& after) {
  std::int64_t cells = 0;
  for (const CellTable& table : kCellTables) {
    if (table.owner.empty() != owner.is_none()) continue;
    CINELOOM_TRY_ASSIGN(const std::int64_t renewed, renew_cells(connection, table, owner, before, after));
    cells += renewed;
  }
  return cells;
}

Expected<std::int64_t> renew_viewer(Connection& connection, ViewerId viewer, std::uint32_t version) {
  CINELOOM_TRY_ASSIGN(const Vault::Held* held, connection.vault()->key_of(connection, viewer));
  const Vault::Held after{.key = held->key.renewed(), .version = version};
  CINELOOM_TRY_ASSIGN(const std::int64_t cells, renew_owner(connection, viewer, *held, after));
  CINELOOM_TRY(connection.vault()->put_key(connection, viewer, after));
  return cells;
}

Expected<std::int64_t> renew_household(Connection& connection) {
  CINELOOM_TRY_ASSIGN(auto row, sealing_row(connection));
  CINELOOM_TRY_ASSIGN(const Vault::Held* held, connection.vault()->key_of(connection, ViewerId()));
  const Vault::Held after{.key = held->key.renewed(), .version = held->version + 1};
  CINELOOM_TRY_ASSIGN(const std::int64_t cells, renew_owner(connection, ViewerId(), *held, after));
  row->household_version = after.version;
  row->household = after.key.wrap(connection.vault()->master(), {.owner = 0, .version = after.version, .master_version = row->master_version});
  CINELOOM_TRY(put_sealing_row(connection, *row));
  return cells;
}

}  // namespace

Expected<void> seal_all(Connection& connection, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(auto row, sealing_row(connection));
  if (!row || row->state == SealingState::Done) return {};
  if (row->state == SealingState::UnderWay) {
    CINELOOM_TRY_ASSIGN(const auto viewers, numbers(connection, "SELECT count(*) FROM viewers WHERE id>?1", 0));
    progress.begin("sealing", viewers.front(), "viewers");
    CINELOOM_TRY(seal_viewers(connection, progress, cancel));
    const auto work = [&]() -> Expected<void> {
      CINELOOM_TRY(seal_reviews(connection));
      CINELOOM_TRY(seal_household(connection));
      return put_state(connection, SealingState::ToBeScrubbed);
    };
    CINELOOM_TRY(in_transaction(connection, work));
  }
  CINELOOM_TRY(scrub(connection));
  const auto end = [&] { return put_state(connection, SealingState::Done); };
  CINELOOM_TRY(in_transaction(connection, end));
  progress.finish();
  return {};
}

Expected<int> rewrap_keys(Connection& connection, const privacy::KeySource& next, const SealingRow& row) {
  CINELOOM_TRY_ASSIGN(const privacy::MasterKey master, privacy::key_of(next, row.salt, row.cost));
  CINELOOM_TRY_ASSIGN(const auto viewers, numbers(connection, "SELECT viewer FROM viewer_keys WHERE viewer>?1", 0));
  const auto work = [&]() -> Expected<void> {
    for (const std::int64_t viewer : viewers) {
      CINELOOM_TRY_ASSIGN(const Vault::Held* held, connection.vault()->key_of(connection, ViewerId(viewer)));
      const std::string wrapped = held->key.wrap(master, {.owner = viewer, .version = held->version, .master_version = row.master_version});
      CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("UPDATE viewer_keys SET wrapped=? WHERE viewer=?"));
      statement->bind_blob(1, wrapped);
      statement->bind(2, viewer);
      CINELOOM_TRY(statement->step());
      statement->reset();
    }
    CINELOOM_TRY_ASSIGN(const Vault::Held* household, connection.vault()->key_of(connection, ViewerId()));
    SealingRow wrapped = row;
    wrapped.household_version = household->version;
    wrapped.household = household->key.wrap(master, {.owner = 0, .version = household->version, .master_version = row.master_version});
    return put_sealing_row(connection, wrapped);
  };
  CINELOOM_TRY(in_transaction(connection, work));
  CINELOOM_TRY(empty_journal(connection));
  return static_cast<int>(viewers.size());
}

Expected<std::int64_t> renew_data_keys(Connection& connection, std::uint32_t version, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto viewers, numbers(connection, "SELECT viewer FROM viewer_keys WHERE version<=?1 ORDER BY viewer", version));
  progress.begin("sealing anew", std::ssize(viewers), "viewers");
  std::int64_t cells = 0;
  for (std::size_t at = 0; at < viewers.size();) {
    CINELOOM_TRY(cancel.check());
    const auto work = [&]() -> Expected<void> {
      for (const std::int64_t full = cells + kRowsTogether; at < viewers.size() && cells < full; ++at) {
        CINELOOM_TRY_ASSIGN(const std::int64_t renewed, renew_viewer(connection, ViewerId(viewers[at]), version + 1));
        cells += renewed;
      }
      return {};
    };
    CINELOOM_TRY(in_transaction(connection, work));
    progress.set(static_cast<std::int64_t>(at));
  }
  CINELOOM_TRY_ASSIGN(const auto row, sealing_row(connection));
  if (row->household_version <= version) {
    const auto work = [&]() -> Expected<void> {
      CINELOOM_TRY_ASSIGN(const std::int64_t renewed, renew_household(connection));
      cells += renewed;
      return {};
    };
    CINELOOM_TRY(in_transaction(connection, work));
  }
  CINELOOM_TRY(scrub(connection));  // so that no old key is left to open old bytes
  progress.finish();
  return cells;
}

}  // namespace cineloom::sqlite
