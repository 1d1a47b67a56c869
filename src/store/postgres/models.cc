#include <fmt/format.h>

#include "store/internal/model_rows.h"
#include "store/internal/sound.h"
#include "store/postgres/tables.h"

namespace cineloom::postgres {
namespace {

using store::ModelRow;

// PostgreSQL refuses values past 10^9 bytes; a piece is held some times in memory on its way.
constexpr std::size_t kPieceBytes = std::size_t{16} << 20U;

ModelRow row_at(const Rows& rows, int row, std::string_view name) {
  return {.id = rows.integer(row, 0),
          .hash = rows.integer(row, 6),
          .version = {.name = std::string(name),
                      .number = static_cast<int>(rows.integer(row, 1)),
                      .trained_at = timestamp_of(rows.integer(row, 2)),
                      .settings = std::string(rows.text(row, 3)),
                      .metrics = std::string(rows.text(row, 4)),
                      .size_bytes = rows.integer(row, 5),
                      .state = rows.integer(row, 7) != 0 ? ModelState::Damaged : ModelState::Good,
                      .is_active = rows.integer(row, 8) != 0}};
}

/// Newest first.
Expected<std::vector<ModelRow>> versions(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("SELECT id, number, at, settings, metrics, size, hash, damaged, id IN (SELECT model FROM active_models WHERE name=$1) "
                                     "FROM models WHERE name=$1 ORDER BY number DESC",
                                     Parameters(name)));
  std::vector<ModelRow> found;
  for (int row = 0; row < rows.size(); ++row) found.push_back(row_at(rows, row, name));
  return found;
}

// Whoever changes the versions of a name waits for who does already.
Expected<void> lock_name(Connection& connection, std::string_view name) {
  CINELOOM_TRY(connection.run("SELECT pg_advisory_xact_lock($1)", Parameters(store::hash_of("model " + std::string(name)))));
  return {};
}

Expected<void> activate(Connection& connection, std::string_view name, std::int64_t model) {
  CINELOOM_TRY(
      connection.run("INSERT INTO active_models(name, model) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET model=excluded.model", Parameters(name, model)));
  return {};
}

Expected<void> write_pieces(Connection& connection, std::int64_t model, std::string_view bytes) {
  for (std::int64_t piece = 0; !bytes.empty(); ++piece) {
    const std::string_view part = bytes.substr(0, kPieceBytes);
    CINELOOM_TRY(connection.run("INSERT INTO model_pieces(model, piece, bytes) VALUES($1, $2, $3)", Parameters(model, piece, Bytes(part))));
    bytes.remove_prefix(part.size());
  }
  return {};
}

Expected<std::string> read_pieces(Connection& connection, const ModelRow& row) {
  std::string bytes;
  CINELOOM_TRY(connection.each("SELECT bytes FROM model_pieces WHERE model=$1 ORDER BY piece", Parameters(row.id), [&](const Rows& rows) -> Expected<void> {
    bytes += rows.text(0, 0);
    return {};
  }));
  return bytes;
}

Expected<void> drop_old(Connection& connection, std::string_view name, int keep) {
  CINELOOM_TRY(
      connection.run("DELETE FROM models WHERE name=$1 AND id NOT IN (SELECT id FROM models WHERE name=$1 ORDER BY number DESC LIMIT $2) "
                     "AND id NOT IN (SELECT model FROM active_models)",
                     Parameters(name, keep)));
  return {};
}

Expected<ModelVersion> use(Connection& connection, const std::vector<ModelRow>& all, std::string_view name, int number) {
  CINELOOM_TRY_ASSIGN(ModelRow row, store::version_in(all, name, number));
  CINELOOM_TRY(store::require_good(row.version));
  CINELOOM_TRY(activate(connection, name, row.id));
  row.version.is_active = true;
  return row.version;
}

}  // namespace

Expected<ModelVersion> add_model(Connection& connection, const NewModel& model) {
  CINELOOM_TRY(store::require_sound(model));
  CINELOOM_TRY(lock_name(connection, model.name));
  CINELOOM_TRY_ASSIGN(const Rows added,
                      connection.run("INSERT INTO models(name, number, at, settings, metrics, size, hash) "
                                     "VALUES($1, (SELECT coalesce(max(number),0)+1 FROM models WHERE name=$1), $2, $3::json, $4::json, $5, $6) RETURNING id",
                                     Parameters(model.name, milliseconds_of(model.trained_at), model.settings, model.metrics,
                                                static_cast<std::int64_t>(model.bytes.size()), store::hash_of(model.bytes))));
  const std::int64_t id = added.integer(0, 0);
  CINELOOM_TRY(write_pieces(connection, id, model.bytes));
  if (model.use == ModelUse::Now) CINELOOM_TRY(activate(connection, model.name, id));
  CINELOOM_TRY(drop_old(connection, model.name, model.keep));
  CINELOOM_TRY_ASSIGN(const auto all, versions(connection, model.name));
  return all.front().version;
}

Expected<std::optional<StoredModel>> active_model(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const auto all, versions(connection, name));
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
  CINELOOM_TRY_ASSIGN(const auto all, versions(connection, name));
  std::vector<ModelVersion> found;
  for (const ModelRow& row : all) found.push_back(row.version);
  return found;
}

Expected<ModelVersion> use_model(Connection& connection, std::string_view name, int number) {
  CINELOOM_TRY(lock_name(connection, name));
  CINELOOM_TRY_ASSIGN(const auto all, versions(connection, name));
  return use(connection, all, name, number);
}

Expected<ModelVersion> roll_back_model(Connection& connection, std::string_view name) {
  CINELOOM_TRY(lock_name(connection, name));
  CINELOOM_TRY_ASSIGN(const auto all, versions(connection, name));
  CINELOOM_TRY_ASSIGN(const int before, store::number_before(all, name));
  return use(connection, all, name, before);
}

Expected<std::optional<ModelVersion>> reject_model(Connection& connection, std::string_view name, int number) {
  CINELOOM_TRY(lock_name(connection, name));
  CINELOOM_TRY_ASSIGN(const auto all, versions(connection, name));
  CINELOOM_TRY_ASSIGN(const ModelRow row, store::version_in(all, name, number));
  CINELOOM_TRY(connection.run("UPDATE models SET damaged=true WHERE id=$1", Parameters(row.id)));
  if (!row.version.is_active) {
    const ModelRow* const active = store::active_of(all);
    return active == nullptr ? std::nullopt : std::optional(active->version);
  }
  if (const ModelRow* const before = store::good_before(all, number)) return use(connection, all, name, before->version.number);
  CINELOOM_TRY(connection.run("DELETE FROM active_models WHERE name=$1", Parameters(name)));
  return std::optional<ModelVersion>();
}

}  // namespace cineloom::postgres
