#include "pipeline/import_preview.h"

#include <string_view>
#include <unordered_set>

#include "base/json.h"

namespace cineloom {
namespace {

/// Those of the tables are often among the others.
int viewers_in(const ImportBatch& batch) {
  std::unordered_set<std::string_view> names;
  for (const Viewer& viewer : batch.viewers) names.insert(viewer.name);
  for (const RatingTable& table : batch.tables) names.insert(table.viewers.begin(), table.viewers.end());
  return static_cast<int>(names.size());
}

}  // namespace

ImportPreview preview_of(const ImportBatch& batch) {
  const auto count = [](const auto& list) { return static_cast<int>(list.size()); };
  ImportPreview preview{.source = batch.source,
                        .path = batch.path,
                        .films = count(batch.films),
                        .films_matched = batch.films_matched,
                        .viewers = viewers_in(batch),
                        .events = count(batch.events),
                        .kinds = {},
                        .reviews = count(batch.reviews),
                        .videos = count(batch.files),
                        .unsure = batch.unsure,
                        .warnings = batch.warnings};
  for (const ImportedEvent& imported : batch.events) ++preview.kinds[json::enum_name(imported.event.kind)];
  for (const RatingTable& table : batch.tables) {
    preview.events += count(table.ratings);
    preview.kinds["rate"] += count(table.ratings);
  }
  return preview;
}

}  // namespace cineloom
