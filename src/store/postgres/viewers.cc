#include <fmt/format.h>

#include "store/postgres/tables.h"

namespace cineloom::postgres {
namespace {

Viewer viewer_at(const Rows& rows, int row) {
  return {.id = ViewerId(rows.integer(row, 0)), .name = std::string(rows.text(row, 1)), .is_simulated = rows.integer(row, 2) != 0};
}

std::optional<Viewer> one_viewer(const Rows& rows) { return rows.is_empty() ? std::nullopt : std::optional(viewer_at(rows, 0)); }

}  // namespace

Expected<ViewerId> put_viewer(Connection& connection, const Viewer& viewer) {
  if (viewer.name.empty()) return fail(ErrorCode::InvalidArgument, "a viewer needs a name");
  CINELOOM_TRY(
      connection.run("INSERT INTO viewers(name, simulated) VALUES($1, $2) ON CONFLICT(name) DO NOTHING", Parameters(viewer.name, viewer.is_simulated)));
  CINELOOM_TRY_ASSIGN(const auto known, find_viewer(connection, viewer.name));
  if (known) return known->id;
  return fail(ErrorCode::Unavailable, fmt::format("the viewer '{}' was removed meanwhile", viewer.name));
}

Expected<std::optional<Viewer>> find_viewer(Connection& connection, ViewerId id) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, name, simulated FROM viewers WHERE id=$1", Parameters(id.number())));
  return one_viewer(rows);
}

Expected<std::optional<Viewer>> find_viewer(Connection& connection, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, name, simulated FROM viewers WHERE name=$1", Parameters(name)));
  return one_viewer(rows);
}

Expected<std::vector<Viewer>> viewers(Connection& connection) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT id, name, simulated FROM viewers ORDER BY id"));
  std::vector<Viewer> found;
  for (int row = 0; row < rows.size(); ++row) found.push_back(viewer_at(rows, row));
  return found;
}

Expected<void> require_viewer(Connection& connection, ViewerId viewer) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run("SELECT 1::bigint FROM viewers WHERE id=$1", Parameters(viewer.number())));
  if (!rows.is_empty()) return {};
  return fail(ErrorCode::NotFound, fmt::format("there is no viewer {}", viewer.number()));
}

}  // namespace cineloom::postgres
