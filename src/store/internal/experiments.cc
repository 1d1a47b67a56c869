#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "store/internal/sealed.h"
#include "store/internal/sound.h"
#include "store/internal/tables.h"

namespace cineloom::sqlite {
namespace {

std::int64_t milliseconds_of(Timestamp at) { return at.time_since_epoch().count(); }

Expected<Experiment> experiment_at(const Statement& row) {
  auto read = json::read<Experiment>(row.text(0));
  if (!read) return fail(ErrorCode::DataLoss, "an experiment in the store cannot be read: " + read.error().message());
  read->stopped_at.reset();
  if (!row.is_null(1)) read->stopped_at = Timestamp(std::chrono::milliseconds(row.integer(1)));
  return read;
}

Expected<std::optional<Experiment>> find_experiment(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT json, stopped FROM experiments WHERE name=?"));
  statement->bind(1, name);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return std::optional<Experiment>();
  CINELOOM_TRY_ASSIGN(Experiment found, experiment_at(*statement));
  statement->reset();
  return std::optional(std::move(found));
}

/// Errors: NotFound, Conflict if it has ended.
Expected<Experiment> running_experiment(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(auto found, find_experiment(connection, name));
  if (!found) return fail(ErrorCode::NotFound, fmt::format("there is no experiment '{}'", name));
  if (found->stopped_at) return fail(ErrorCode::Conflict, fmt::format("the experiment '{}' has ended", name));
  return *std::move(found);
}

}  // namespace

Expected<void> put_experiment(Connection& connection, const Experiment& experiment) {
  CINELOOM_TRY(store::require_sound(experiment));
  Experiment begun = experiment;
  begun.stopped_at.reset();
  CINELOOM_TRY_ASSIGN(const auto known, find_experiment(connection, experiment.name));
  if (known) return store::require_same(*known, experiment);
  const std::string text = json::write(begun);
  return connection.run("INSERT INTO experiments(name, started, json) VALUES(?,?,?)", std::string_view(experiment.name), milliseconds_of(experiment.started_at),
                        std::string_view(text));
}

Expected<Experiment> stop_experiment(Connection& connection, std::string_view name, Timestamp at) {
  CINELOOM_TRY_ASSIGN(Experiment found, running_experiment(connection, name));
  CINELOOM_TRY(connection.run("UPDATE experiments SET stopped=? WHERE name=?", milliseconds_of(at), name));
  found.stopped_at = at;
  return found;
}

Expected<std::vector<Experiment>> experiments(Connection& connection) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT json, stopped FROM experiments ORDER BY started, name"));
  std::vector<Experiment> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    CINELOOM_TRY_ASSIGN(Experiment experiment, experiment_at(*statement));
    found.push_back(std::move(experiment));
  }
  statement->reset();
  return found;
}

Expected<void> add_exposure(Connection& connection, const Exposure& exposure) {
  CINELOOM_TRY(require_viewer(connection, exposure.viewer));
  CINELOOM_TRY_ASSIGN(const Experiment experiment, running_experiment(connection, exposure.experiment));
  if (std::ranges::find(experiment.variants, exposure.variant, &Variant::name) == experiment.variants.end()) {
    return fail(ErrorCode::NotFound, fmt::format("the experiment '{}' has no variant '{}'", exposure.experiment, exposure.variant));
  }
  return connection.run("INSERT OR IGNORE INTO exposures(experiment, viewer, variant, at) VALUES(?,?,?,?)", std::string_view(exposure.experiment),
                        exposure.viewer.number(), std::string_view(exposure.variant), milliseconds_of(exposure.at));
}

Expected<std::vector<Exposure>> exposures(Connection& connection, std::string_view experiment) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT viewer, variant, at FROM exposures WHERE experiment=? ORDER BY at, viewer"));
  statement->bind(1, experiment);
  std::vector<Exposure> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
    if (step == Statement::Step::Done) break;
    found.push_back({.experiment = std::string(experiment),
                     .viewer = ViewerId(statement->integer(0)),
                     .variant = std::string(statement->text(1)),
                     .at = Timestamp(std::chrono::milliseconds(statement->integer(2)))});
  }
  statement->reset();
  return found;
}

Expected<void> put_preference(Connection& connection, ViewerId viewer, std::string_view name, std::string_view json) {
  if (name.empty()) return fail(ErrorCode::InvalidArgument, "a preference needs a name");
  if (!json::parse(json)) return fail(ErrorCode::InvalidArgument, fmt::format("the preference '{}': expected JSON", name));
  CINELOOM_TRY(require_viewer(connection, viewer));
  if (connection.vault() != nullptr) return sealed::put_preference(connection, viewer, name, json);
  return connection.run("INSERT INTO preferences(viewer, name, json) VALUES(?,?,?) ON CONFLICT(viewer, name) DO UPDATE SET json=excluded.json", viewer.number(),
                        name, json);
}

Expected<std::optional<std::string>> preference(Connection& connection, ViewerId viewer, std::string_view name) {
  if (connection.vault() != nullptr) return sealed::preference(connection, viewer, name);
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare("SELECT json FROM preferences WHERE viewer=? AND name=?"));
  statement->bind(1, viewer.number());
  statement->bind(2, name);
  CINELOOM_TRY_ASSIGN(const Statement::Step step, statement->step());
  if (step == Statement::Step::Done) return std::optional<std::string>();
  std::optional<std::string> found(std::in_place, statement->text(0));
  statement->reset();
  return found;
}

}  // namespace cineloom::sqlite
