// Whatever the bytes, what an import brings has names, stars in range and films for its events; an error says something.
#include "collect/import.h"

#include <cstddef>
#include <cstdint>
#include <set>

#include "base/assert.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "collect/internal/values.h"
#include "domain/event_value.h"

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
  for (const cineloom::Film& film : batch->films) {
    keys.insert(film.key);
    CINELOOM_ASSERT(film.year == 0 || (film.year >= cineloom::collect::kFirstYear && film.year <= cineloom::collect::kLastYear));
    CINELOOM_ASSERT(film.runtime.count() >= 0 && film.runtime.count() <= cineloom::collect::kMostMinutes);
  }
  std::set<std::string> viewers;
  for (const cineloom::Viewer& viewer : batch->viewers) viewers.insert(viewer.name);
  for (const cineloom::ImportedEvent& event : batch->events) {
    CINELOOM_ASSERT(keys.contains(event.film_key));
    CINELOOM_ASSERT(viewers.contains(event.viewer) && !event.event.origin.empty());
    CINELOOM_ASSERT(cineloom::is_value_of(event.event.kind, event.event.value));
    CINELOOM_ASSERT(!event.event.mood || cineloom::is_feeling(*event.event.mood));
  }
  for (const cineloom::ImportedReview& review : batch->reviews) CINELOOM_ASSERT(!review.review.stars || cineloom::are_stars(*review.review.stars));
  return 0;
}
