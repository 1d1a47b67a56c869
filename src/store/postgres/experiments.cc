#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "store/internal/sound.h"
#include "store/postgres/tables.h"

namespace cineloom::postgres {
namespace {

Expected<Experiment> experiment_at(const Rows& rows, int row) {
  auto read = json::read<Experiment>(rows.text(row, 0));
  if (!read) return fail(ErrorCode::DataLoss, "an experiment in the store cannot be read: " + read.error().message());
  read->stopped_at.reset();
  if (!rows.is_null(row, 1)) read->stopped_at = timestamp_of(rows.integer(row, 1));
  return read;
}

Expected<std::optional<Experiment>> find_experiment(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT json, stopped FROM experiments WHERE name=$1 FOR SHARE", Parameters(name)));
  if (rows.is_empty()) return std::optional<Experiment>();
  CINELOOM_TRY_ASSIGN(Experiment found, experiment_at(rows, 0));
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
  CINELOOM_TRY_ASSIGN(const Rows added, connection.run("INSERT INTO experiments(name, started, json) VALUES($1, $2, $3::json) ON CONFLICT(name) DO NOTHING",
                                                       Parameters(experiment.name, milliseconds_of(experiment.started_at), json::write(begun))));
  if (added.changed() > 0) return {};
  CINELOOM_TRY_ASSIGN(const auto known, find_experiment(connection, experiment.name));
  return known ? store::require_same(*known, experiment) : fail(ErrorCode::Unavailable, "an experiment was removed while it was begun again");
}

Expected<Experiment> stop_experiment(Connection& connection, std::string_view name, Timestamp at) {
  CINELOOM_TRY_ASSIGN(Experiment found, running_experiment(connection, name));
  CINELOOM_TRY(connection.run("UPDATE experiments SET stopped=$1 WHERE name=$2", Parameters(milliseconds_of(at), name)));
  found.stopped_at = at;
  return found;
}

Expected<std::vector<Experiment>> experiments(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT json, stopped FROM experiments ORDER BY started, name"));
  std::vector<Experiment> found;
  for (int row = 0; row < rows.size(); ++row) {
    CINELOOM_TRY_ASSIGN(Experiment experiment, experiment_at(rows, row));
    found.push_back(std::move(experiment));
  }
  return found;
}

Expected<void> add_exposure(Connection& connection, const Exposure& exposure) {
  CINELOOM_TRY(require_viewer(connection, exposure.viewer));
  CINELOOM_TRY_ASSIGN(const Experiment experiment, running_experiment(connection, exposure.experiment));
  if (std::ranges::find(experiment.variants, exposure.variant, &Variant::name) == experiment.variants.end()) {
    return fail(ErrorCode::NotFound, fmt::format("the experiment '{}' has no variant '{}'", exposure.experiment, exposure.variant));
  }
  CINELOOM_TRY(connection.run("INSERT INTO exposures(experiment, viewer, variant, at) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                              Parameters(exposure.experiment, exposure.viewer.number(), exposure.variant, milliseconds_of(exposure.at))));
  return {};
}

Expected<std::vector<Exposure>> exposures(Connection& connection, std::string_view experiment) {
  CINELOOM_TRY_ASSIGN(const Rows rows,
                      connection.run("SELECT viewer, variant, at FROM exposures WHERE experiment=$1 ORDER BY at, viewer", Parameters(experiment)));
  std::vector<Exposure> found;
  for (int row = 0; row < rows.size(); ++row) {
    found.push_back({.experiment = std::string(experiment),
                     .viewer = ViewerId(rows.integer(row, 0)),
                     .variant = std::string(rows.text(row, 1)),
                     .at = timestamp_of(rows.integer(row, 2))});
  }
  return found;
}

Expected<void> put_preference(Connection& connection, ViewerId viewer, std::string_view name, std::string_view json) {
  if (name.empty()) return fail(ErrorCode::InvalidArgument, "a preference needs a name");
  if (!json::parse(json)) return fail(ErrorCode::InvalidArgument, fmt::format("the preference '{}': expected JSON", name));
  CINELOOM_TRY(connection.run("INSERT INTO preferences(viewer, name, json) VALUES($1, $2, $3::json) ON CONFLICT(viewer, name) DO UPDATE SET json=excluded.json",
                              Parameters(viewer.number(), name, json)));
  return {};
}

Expected<std::optional<std::string>> preference(Connection& connection, ViewerId viewer, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT json FROM preferences WHERE viewer=$1 AND name=$2", Parameters(viewer.number(), name)));
  return optional_text(rows);
}

}  // namespace cineloom::postgres
