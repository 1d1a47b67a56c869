#include "pipeline/import_preview.h"

#include "base/json.h"

namespace cineloom {

ImportPreview preview_of(const ImportBatch& batch) {
  const auto count = [](const auto& list) { return static_cast<int>(list.size()); };
  ImportPreview preview{.source = batch.source,
                        .path = batch.path,
                        .films = count(batch.films),
                        .films_matched = batch.films_matched,
                        .viewers = count(batch.viewers),
                        .events = count(batch.events),
                        .kinds = {},
                        .reviews = count(batch.reviews),
                        .videos = count(batch.files),
                        .unsure = batch.unsure,
                        .warnings = batch.warnings};
  for (const ImportedEvent& imported : batch.events) ++preview.kinds[json::enum_name(imported.event.kind)];
  for (const RatingTable& table : batch.tables) {
    preview.viewers += count(table.viewers);
    preview.events += count(table.ratings);
    preview.kinds["rate"] += count(table.ratings);
  }
  return preview;
}

}  // namespace cineloom
