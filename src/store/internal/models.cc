#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/json.h"
#include "store/internal/tables.h"

namespace cineloom::sqlite {
namespace {

// SQLite refuses values past 10^9 bytes, and a piece is held twice in memory while it is written.
constexpr std::size_t kPieceBytes = std::size_t{64} << 20U;
constexpr int kMostKept = 1000;

/// A row of `models` with what only the store needs.
struct Row {
  std::int64_t id = 0;
  std::optional<std::int64_t> hash;
  ModelVersion version;
};

Expected<void> require_object(std::string_view text, std::string_view what) {
  const auto parsed = json::parse(text);
  if (parsed && parsed->is_object()) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("a model's {}: expected a JSON object", what));
}

Expected<void> require_sound(const NewModel& model) {
  if (model.name.empty()) return fail(ErrorCode::InvalidArgument, "a model needs a name");
  if (model.bytes.empty()) return fail(ErrorCode::InvalidArgument, "a model without bytes cannot be kept");
  if (model.keep < 1 || model.keep > kMostKept)
    return fail(ErrorCode::InvalidArgument, fmt::format("expected 1 to {} models to keep, found {}", kMostKept, model.keep));
  CINELOOM_TRY(require_object(model.settings, "settings"));
  return require_object(model.metrics, "metrics");
}

// The hash as SQLite's signed integer.
std::int64_t hash_of(std::string_view bytes) { return static_cast<std::int64_t>(fnv1a64(bytes)); }

Row row_at(const Statement& row, std::string_view name) {
  Row found{.id = row.integer(0)};
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

Expected<std::vector<Row>> rows(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(Statement * statement,
                      connection.prepare("SELECT id, number, at, settings, metrics, size, hash, damaged, id IN (SELECT model FROM active_models WHERE name=?1) "
                                         "FROM models WHERE name=?1 ORDER BY number DESC"));
  statement->bind(1, name);
  std::vector<Row> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    found.push_back(row_at(*statement, name));
  }
  statement->reset();
  return found;
}

Expected<Row> row_of(Connection& connection, std::string_view name, int number) {
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  const auto found = std::ranges::find(all, number, [](const Row& row) { return row.version.number; });
  if (found != all.end()) return *found;
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no version {} of the model '{}'", number, name))
                             .advise("list the versions that are kept: cineloom model list"));
}

Expected<void> activate(Connection& connection, const Row& row) {
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

Expected<std::string> read_pieces(Connection& connection, const Row& row) {
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

// A model that was kept before hashes were has only its size to be checked by.
bool is_whole(const Row& row, std::string_view bytes) {
  return std::cmp_equal(bytes.size(), row.version.size_bytes) && (!row.hash || *row.hash == hash_of(bytes));
}

Expected<void> drop_old(Connection& connection, std::string_view name, int keep) {
  return connection.run(
      "DELETE FROM models WHERE name=?1 AND id NOT IN (SELECT id FROM models WHERE name=?1 ORDER BY number DESC LIMIT ?2) "
      "AND id NOT IN (SELECT model FROM active_models)",
      name, static_cast<std::int64_t>(keep));
}

// `all` is newest first; the first good one below the active one's number.
const Row* good_before(const std::vector<Row>& all, int number) {
  const auto found = std::ranges::find_if(all, [number](const Row& row) { return row.version.number < number && row.version.state == ModelState::Good; });
  return found == all.end() ? nullptr : &*found;
}

const Row* active_of(const std::vector<Row>& all) {
  const auto found = std::ranges::find_if(all, [](const Row& row) { return row.version.is_active; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

Expected<ModelVersion> add_model(Connection& connection, const NewModel& model) {
  CINELOOM_TRY(require_sound(model));
  CINELOOM_TRY(
      connection.run("INSERT INTO models(name, number, at, settings, metrics, size, hash) "
                     "VALUES(?1, (SELECT coalesce(max(number),0)+1 FROM models WHERE name=?1), ?2, ?3, ?4, ?5, ?6)",
                     std::string_view(model.name), static_cast<std::int64_t>(model.trained_at.time_since_epoch().count()), std::string_view(model.settings),
                     std::string_view(model.metrics), static_cast<std::int64_t>(model.bytes.size()), hash_of(model.bytes)));
  const std::int64_t id = connection.last_id();
  CINELOOM_TRY(write_pieces(connection, id, model.bytes));
  if (model.use == ModelUse::Now) { CINELOOM_TRY(activate(connection, {.id = id, .hash = {}, .version = {.name = model.name}})); }
  CINELOOM_TRY(drop_old(connection, model.name, model.keep));
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, model.name));
  return all.front().version;
}

Expected<std::optional<StoredModel>> active_model(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  const Row* const active = active_of(all);
  for (const Row* row = active; row != nullptr; row = good_before(all, row->version.number)) {
    CINELOOM_TRY_ASSIGN(std::string bytes, read_pieces(connection, *row));
    if (!is_whole(*row, bytes)) continue;
    StoredModel found{.version = row->version, .bytes = std::move(bytes), .warning = {}};
    if (row != active)
      found.warning = fmt::format("version {} of the model '{}' is damaged; version {} answers instead", active->version.number, name, row->version.number);
    return std::optional(std::move(found));
  }
  return std::optional<StoredModel>();
}

Expected<std::vector<ModelVersion>> models(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  std::vector<ModelVersion> found;
  for (const Row& row : all) found.push_back(row.version);
  return found;
}

Expected<ModelVersion> use_model(Connection& connection, std::string_view name, int number) {
  CINELOOM_TRY_ASSIGN(Row row, row_of(connection, name, number));
  if (row.version.state == ModelState::Damaged) {
    return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("version {} of the model '{}' is damaged", number, name))
                               .advise("use another version, or train anew: cineloom train"));
  }
  CINELOOM_TRY(activate(connection, row));
  row.version.is_active = true;
  return row.version;
}

Expected<ModelVersion> roll_back_model(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  const Row* const active = active_of(all);
  const Row* const before = active == nullptr ? nullptr : good_before(all, active->version.number);
  if (before == nullptr) {
    return std::unexpected(Error(ErrorCode::NotFound, fmt::format("the model '{}' has no version before the one in use", name))
                               .advise("train again; from then on there is a version to go back to"));
  }
  return use_model(connection, name, before->version.number);
}

Expected<std::optional<ModelVersion>> reject_model(Connection& connection, std::string_view name, int number) {
  CINELOOM_TRY_ASSIGN(const Row row, row_of(connection, name, number));
  CINELOOM_TRY(connection.run("UPDATE models SET damaged=1 WHERE id=?", row.id));
  CINELOOM_TRY_ASSIGN(const auto all, rows(connection, name));
  if (!row.version.is_active) {
    const Row* const active = active_of(all);
    return active == nullptr ? std::nullopt : std::optional(active->version);
  }
  const Row* const before = good_before(all, number);
  if (before != nullptr) return use_model(connection, name, before->version.number);
  CINELOOM_TRY(connection.run("DELETE FROM active_models WHERE name=?", name));
  return std::optional<ModelVersion>();
}

}  // namespace cineloom::sqlite
