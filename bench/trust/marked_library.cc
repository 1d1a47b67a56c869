#include "marked_library.h"

#include <fmt/format.h>

#include "base/files.h"

namespace cineloom::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kEventsOfVictim = 10'000;
constexpr int kFilms = 500;
constexpr int kOthers = 40;
constexpr int kEventsOfOthers = 1000;

Timestamp at(int second) { return Timestamp(std::chrono::seconds(1'700'000'000 + second)); }
std::string marker(int i) { return fmt::format("mk{:04}-4f1d9c", i); }

std::vector<Event> events_of(ViewerId viewer, const std::vector<FilmId>& films, int count, bool is_marked) {
  std::vector<Event> events;
  for (int i = 0; i < count; ++i) {
    events.push_back({.viewer = viewer,
                      .film = films[static_cast<std::size_t>(i * 7 + static_cast<int>(viewer.number())) % films.size()],
                      .kind = i % 3 == 0 ? EventKind::Like : EventKind::Rate,
                      .value = i % 3 == 0 ? std::nullopt : std::optional(0.5 * (1 + i % 10)),
                      .at = at(i),
                      .key = fmt::format("{}{}", is_marked ? marker(i % 800) : "other", i),
                      .origin = is_marked ? marker(i % 800) : "test"});
  }
  return events;
}

/// Marks everything beside events that a store keeps of somebody.
Expected<void> mark(Store& store, ViewerId viewer, const std::string& name, const std::vector<FilmId>& films) {
  for (int i = 800; i < kMarkers; ++i) {
    const std::string text = marker(i);
    const FilmId film = films[static_cast<std::size_t>(i) % films.size()];
    switch (i % 4) {
      case 0: CINELOOM_TRY(store.put_preference(viewer, text, "\"" + text + "\"")); break;
      case 1:
        CINELOOM_TRY(store.put_slate({.viewer = viewer, .at = at(i), .key = text, .ranker = text, .context = text, .items = {{.film = film, .position = 1}}}));
        break;
      case 2: {
        Progress progress;
        ImportBatch batch{.source = "test", .path = "/home/" + text + ".zip"};
        CINELOOM_TRY_ASSIGN(const Film known, store.film(film));
        batch.events.push_back({.viewer = name,
                                .film_key = known.key,
                                .event = {.kind = EventKind::Wish, .at = at(i), .key = text + "w", .origin = text},
                                .raw = "{\"said\":\"" + text + "\"}"});
        batch.reviews.push_back({.film_key = known.key, .review = {.author = name, .language = "en", .text = text + text, .at = at(i)}});
        CINELOOM_TRY(store.apply_import(batch, at(i), progress, CancelToken()));
        break;
      }
      default: CINELOOM_TRY(store.append_events(std::vector<Event>{{.viewer = viewer, .film = film, .at = at(i), .key = text, .origin = text}}));
    }
  }
  return {};
}

}  // namespace

Expected<void> fill_with_markers(Cinema& cinema, const std::string& victim, ModelMarker model) {
  Store& store = cinema.store();
  std::vector<FilmId> films;
  for (int i = 0; i < kFilms; ++i) {
    CINELOOM_TRY_ASSIGN(const FilmId film, store.put_film({.key = fmt::format("film-{}", i), .title = {.english = fmt::format("Film {}", i)}, .year = 2000}));
    films.push_back(film);
  }
  for (int i = 0; i < kOthers; ++i) {
    CINELOOM_TRY_ASSIGN(const ViewerId other, store.put_viewer({.name = fmt::format("other {}", i)}));
    CINELOOM_TRY(store.append_events(events_of(other, films, kEventsOfOthers, false)));
    if (i != kOthers / 2) continue;
    CINELOOM_TRY_ASSIGN(const ViewerId viewer, store.put_viewer({.name = victim}));
    CINELOOM_TRY(store.append_events(events_of(viewer, films, kEventsOfVictim, true)));
    CINELOOM_TRY(mark(store, viewer, victim, films));
  }
  if (model == ModelMarker::No) return {};
  CINELOOM_TRY(store.add_model({.name = std::string(kRecommenderModel), .trained_at = at(0), .bytes = std::string(1 << 20, 'm') + marker(0)}));
  return {};
}

int markers_in(const fs::path& folder, const std::string& victim) {
  std::string bytes;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::error_code error;
    if (!entry.is_regular_file(error) || entry.file_size(error) == 0) continue;
    if (const auto read = read_file(entry.path())) bytes += *read;
  }
  int found = bytes.contains(victim) ? 1 : 0;
  for (int i = 0; i < kMarkers; ++i) found += bytes.contains(marker(i)) ? 1 : 0;
  return found;
}

}  // namespace cineloom::bench
