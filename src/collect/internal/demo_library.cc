#include <fmt/format.h>

#include <algorithm>

#include "collect/internal/export_rows.h"
#include "collect/internal/formats.h"
#include "collect/internal/values.h"

namespace cineloom::collect {
namespace {

using boost::json::object;

/// Calls `read` with each line's JSON object. Errors name file and line.
template <class Read>
Expected<void> for_each_line(std::string_view name, std::string_view text, Read read) {
  for (int line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    const std::string_view content = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (content.find_first_not_of(" \r\t") == std::string_view::npos) continue;
    const std::string place = fmt::format("{}: line {}", name, line);
    CINELOOM_TRY_ASSIGN_IN(const boost::json::value value, json::parse(content), place);
    if (!value.is_object()) return fail(ErrorCode::InvalidArgument, place + ": expected an object");
    if (auto done = read(value.get_object()); !done) return fail_in(done.error(), place);
  }
  return {};
}

/// Fills `into` if the key is there. Errors: InvalidArgument with the key.
template <class T>
Expected<void> member(const object& from, std::string_view key, T& into) {
  const auto* found = from.if_contains(key);
  if (found == nullptr || found->is_null()) return {};
  if (auto read = json::read_value(*found, into); !read) return fail_in(read.error(), fmt::format("field {}", key));
  return {};
}

Expected<Film> film_of(const object& from) {
  Film film;
  CINELOOM_TRY(member(from, "key", film.key));
  if (film.key.empty()) return fail(ErrorCode::InvalidArgument, "a film needs a key");
  if (const auto* title = from.if_contains("title"); title != nullptr && title->is_object()) {
    CINELOOM_TRY(member(title->get_object(), "original", film.title.original));
    CINELOOM_TRY(member(title->get_object(), "en", film.title.english));
    CINELOOM_TRY(member(title->get_object(), "zh", film.title.chinese));
  }
  CINELOOM_TRY(member(from, "year", film.year));
  CINELOOM_TRY(member(from, "runtime_minutes", film.runtime));
  CINELOOM_TRY(member(from, "genres", film.genres));
  CINELOOM_TRY(member(from, "directors", film.directors));
  CINELOOM_TRY(member(from, "cast", film.cast));
  CINELOOM_TRY(member(from, "countries", film.countries));
  CINELOOM_TRY(member(from, "languages", film.languages));
  CINELOOM_TRY(member(from, "themes", film.themes));
  CINELOOM_TRY(member(from, "age_rating", film.age_rating));
  CINELOOM_TRY(member(from, "synopsis", film.synopsis));
  CINELOOM_TRY(member(from, "synopsis_zh", film.synopsis_chinese));
  CINELOOM_TRY(member(from, "ending", film.ending));
  CINELOOM_TRY(member(from, "external", film.external));
  CINELOOM_TRY(check_film(film));
  return film;
}

Expected<ImportedEvent> event_of(const object& from, const std::string& viewer, std::size_t number) {
  ImportedEvent imported{.viewer = viewer};
  std::string at;
  CINELOOM_TRY(member(from, "film", imported.film_key));
  CINELOOM_TRY(member(from, "kind", imported.event.kind));
  CINELOOM_TRY(member(from, "value", imported.event.value));
  CINELOOM_TRY(member(from, "mood", imported.event.mood));
  CINELOOM_TRY(member(from, "at", at));
  CINELOOM_TRY(check_event(imported.event.kind, imported.event.value, imported.event.mood));
  const auto time = parse_time(at);
  if (!time) return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is no time", at));
  imported.event.at = *time;
  imported.event.origin = "simulated";
  imported.event.key = fmt::format("demo:{}", number);
  return imported;
}

Expected<void> add_viewer(const object& from, ImportBatch& batch) {
  Viewer viewer{.is_simulated = true};
  CINELOOM_TRY(member(from, "viewer", viewer.name));
  CINELOOM_TRY(member(from, "simulated", viewer.is_simulated));
  const auto* events = from.if_contains("events");
  if (viewer.name.empty() || events == nullptr || !events->is_array()) { return fail(ErrorCode::InvalidArgument, "expected a viewer with events"); }
  for (const auto& event : events->get_array()) {
    if (!event.is_object()) return fail(ErrorCode::InvalidArgument, "expected an event as an object");
    CINELOOM_TRY_ASSIGN(ImportedEvent imported, event_of(event.get_object(), viewer.name, batch.events.size()));
    batch.events.push_back(std::move(imported));
  }
  batch.viewers.push_back(std::move(viewer));
  return {};
}

Expected<void> add_review(const object& from, ImportBatch& batch) {
  ImportedReview imported;
  std::string at;
  CINELOOM_TRY(member(from, "film", imported.film_key));
  CINELOOM_TRY(member(from, "author", imported.review.author));
  CINELOOM_TRY(member(from, "language", imported.review.language));
  CINELOOM_TRY(member(from, "stars", imported.review.stars));
  CINELOOM_TRY(member(from, "text", imported.review.text));
  CINELOOM_TRY(member(from, "at", at));
  imported.review.at = parse_time(at).value_or(Timestamp());
  CINELOOM_TRY(check_stars(imported.review.stars));
  if (imported.review.text.empty()) return fail(ErrorCode::InvalidArgument, "expected a review with a text");
  batch.reviews.push_back(std::move(imported));
  return {};
}

/// The kinds of files of a library, by the keys of their first line.
bool begins_with(const SourceFile& file, std::initializer_list<std::string_view> keys) {
  const auto first = first_object(file.content);
  return first && std::ranges::all_of(keys, [&](std::string_view key) { return first->contains(key); });
}

bool is_catalogue(const SourceFile& file) { return begins_with(file, {"key", "title"}); }

}  // namespace

bool is_demo_library(const Container& container) { return std::ranges::any_of(container.files, is_catalogue); }

Expected<ImportBatch> read_demo_library(const Container& container, const CancelToken& cancel) {
  ImportBatch batch{.source = "demo"};
  for (const SourceFile& file : container.files) {
    CINELOOM_TRY(cancel.check());
    if (!is_catalogue(file)) continue;
    CINELOOM_TRY(require_utf8(file.name, file.content));
    CINELOOM_TRY(for_each_line(file.name, file.content, [&](const object& line) -> Expected<void> {
      CINELOOM_TRY_ASSIGN(Film film, film_of(line));
      batch.films.push_back(std::move(film));
      return {};
    }));
  }
  const auto read = [&](std::initializer_list<std::string_view> keys, auto add) -> Expected<void> {
    for (const SourceFile& file : container.files) {
      if (!begins_with(file, keys)) continue;
      CINELOOM_TRY(require_utf8(file.name, file.content));
      CINELOOM_TRY(for_each_line(file.name, file.content, [&](const object& line) { return add(line, batch); }));
    }
    return {};
  };
  CINELOOM_TRY(read({"viewer", "events"}, add_viewer));
  CINELOOM_TRY(read({"film", "author", "text"}, add_review));
  return batch;
}

}  // namespace cineloom::collect
