#include <fmt/format.h>

#include "store/internal/model_rows.h"
#include "store/internal/sound.h"
#include "store/internal/tables.h"

namespace cineloom::sqlite {
namespace {

using store::ModelRow;

// SQLite refuses values past 10^9 bytes, and a piece is held twice in memory while it is written.
constexpr std::size_t kPieceBytes = std::size_t{64} << 20U;

ModelRow row_at(const Statement& row, std::string_view name) {
  ModelRow found{.id = row.integer(0)};
  if (!row.is_null(6)) found.hash = row.integer(6);
  found.version = {.name = std::string(name),
                   .number = static_cast<int>(row.integer(1)),
                   .trained_at = Timestamp(std::chrono::milliseconds(row.integer(2))),
                   .settings = std::string(row.text(3)),
                   .metrics = std::string(row.text(4)),
                   .size_bytes = row.integer(5),
                   .state = row.integer(7) != 0 ? ModelState::Damaged : ModelState::Good,
                   .is_active = row.integer(8) != 0};
  return found;
}

Expected<std::vector<ModelRow>> rows(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT id, number, at, settings, metrics, size, hash, damaged, id IN (SELECT model FROM active_models WHERE name=?1) "
                                         "FROM models WHERE name=?1 ORDER BY number DESC"));
  statement->bind(1, name);
  std::vector<ModelRow> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    found.push_back(row_at(*statement, name));
  }
  statement->reset();
  return found;
}

Expected<ModelRow> row_of(Connection& connection, std::string_view name, int number) {
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  return store::version_in(all, name, number);
}

Expected<void> activate(Connection& connection, const ModelRow& row) {
  return connection.run("INSERT INTO active_models(name, model) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET model=excluded.model",
                        std::string_view(row.version.name), row.id);
}

Expected<void> write_pieces(Connection& connection, std::int64_t model, std::string_view bytes) {
  for (std::int64_t piece = 0; !bytes.empty(); ++piece) {
    CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("INSERT INTO model_pieces(model, piece, bytes) VALUES(?,?,?)"));
    const std::string_view part = bytes.substr(0, kPieceBytes);
    statement->bind(1, model);
    statement->bind(2, piece);
    statement->bind_blob(3, part);
    CINELOOM_TRY(statement->step());
    statement->reset();
    bytes.remove_prefix(part.size());
  }
  return {};
}

Expected<std::string> read_pieces(Connection& connection, const ModelRow& row) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT bytes FROM model_pieces WHERE model=? ORDER BY piece"));
  statement->bind(1, row.id);
  std::string bytes;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    bytes += statement->text(0);
  }
  statement->reset();
  return bytes;
}

Expected<void> drop_old(Connection& connection, std::string_view name, int keep) {
  return connection.run(
      "DELETE FROM models WHERE name=?1 AND id NOT IN (SELECT id FROM models WHERE name=?1 ORDER BY number DESC LIMIT ?2) "
      "AND id NOT IN (SELECT model FROM active_models)",
      name, static_cast<std::int64_t>(keep));
}

}  // namespace

Expected<ModelVersion> add_model(Connection& connection, const NewModel& model) {
  CINELOOM_TRY(store::require_sound(model));
  CINELOOM_TRY(
      connection.run("INSERT INTO models(name, number, at, settings, metrics, size, hash) "
                     "VALUES(?1, (SELECT coalesce(max(number),0)+1 FROM models WHERE name=?1), ?2, ?3, ?4, ?5, ?6)",
                     std::string_view(model.name), static_cast<std::int64_t>(model.trained_at.time_since_epoch().count()), std::string_view(model.settings),
                     std::string_view(model.metrics), static_cast<std::int64_t>(model.bytes.size()), store::hash_of(model.bytes)));
  const std::int64_t id = connection.last_id();
  CINELOOM_TRY(write_pieces(connection, id, model.bytes));
  if (model.use == ModelUse::Now) { CINELOOM_TRY(activate(connection, {.id = id, .hash = {}, .version = {.name = model.name}})); }
  CINELOOM_TRY(drop_old(connection, model.name, model.keep));
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, model.name));
  return all.front().version;
}

Expected<std::optional<StoredModel>> active_model(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  const ModelRow* const active = store::active_of(all);
  for (const ModelRow* row = active; row != nullptr; row = store::good_before(all, row->version.number)) {
    CINELOOM_TRY_ASSIGN(std::string bytes, read_pieces(connection, *row));
    if (!store::is_whole(*row, bytes)) continue;
    StoredModel found{.version = row->version, .bytes = std::move(bytes), .warning = {}};
    if (row != active) found.warning = store::damage_warning(active->version, row->version);
    return std::optional(std::move(found));
  }
  return std::optional<StoredModel>();
}

Expected<std::vector<ModelVersion>> models(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  std::vector<ModelVersion> found;
  for (const ModelRow& row : all) found.push_back(row.version);
  return found;
}

Expected<ModelVersion> use_model(Connection& connection, std::string_view name, int number) {
  CINELOOM_TRY_ASSIGN(ModelRow row, row_of(connection, name, number));
  CINELOOM_TRY(store::require_good(row.version));
  CINELOOM_TRY(activate(connection, row));
  row.version.is_active = true;
  return row.version;
}

Expected<ModelVersion> roll_back_model(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  CINELOOM_TRY_ASSIGN(const int before, store::number_before(all, name));
  return use_model(connection, name, before);
}

Expected<std::optional<ModelVersion>> reject_model(Connection& connection, std::string_view name, int number) {
  CINELOOM_TRY_ASSIGN(const ModelRow row, row_of(connection, name, number));
  CINELOOM_TRY(connection.run("UPDATE models SET damaged=1 WHERE id=?", row.id));
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  if (!row.version.is_active) {
    const ModelRow* const active = store::active_of(all);
    return active == nullptr ? std::nullopt : std::optional(active->version);
  }
  if (const ModelRow* const before = store::good_before(all, number)) return use_model(connection, name, before->version.number);
  CINELOOM_TRY(connection.run("DELETE FROM active_models WHERE name=?", name));
  return std::optional<ModelVersion>();
}

}  // namespace cineloom::sqlite
