// Whatever the bytes, what an import brings has names, stars in range and films for its events; an error says something.
#include "collect/import.h"

#include <cstddef>
#include <cstdint>
#include <set>

#include "base/assert.h"
#include "base/cancel.h"
#include "base/progress.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  cineloom::Progress progress;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  // Letterboxd's watchlist is told by its name.
  const auto batch = cineloom::read_import_bytes("watchlist.csv", bytes, {}, progress, cineloom::CancelToken());
  if (!batch) {
    CINELOOM_ASSERT(!batch.error().message().empty());
    return 0;
  }
  std::set<std::string> keys;
  for (const cineloom::Film& film : batch->films) keys.insert(film.key);
  std::set<std::string> viewers;
  for (const cineloom::Viewer& viewer : batch->viewers) viewers.insert(viewer.name);
  for (const cineloom::ImportedEvent& event : batch->events) {
    CINELOOM_ASSERT(keys.contains(event.film_key));
    CINELOOM_ASSERT(viewers.contains(event.viewer) && !event.event.origin.empty());
    CINELOOM_ASSERT(event.event.kind != cineloom::EventKind::Rate || (event.event.value && *event.event.value >= 0.5 && *event.event.value <= 5));
  }
  return 0;
}
