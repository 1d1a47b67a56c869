// The part of Cinema that takes histories in and gives them out.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "collect/export.h"
#include "collect/film_key.h"
#include "collect/folder_scan.h"
#include "collect/import.h"
#include "collect/match.h"
#include "pipeline/cinema.h"
#include "pipeline/library_files.h"

namespace cineloom {

namespace fs = std::filesystem;

/// Films that a viewer has events with, by key.
Expected<std::set<std::string>> Cinema::films_of(const std::string& viewer, const std::vector<Film>& films) {
  std::set<std::string> keys;
  CINELOOM_TRY_ASSIGN(const auto known, store_->find_viewer(viewer));
  if (!known) return keys;
  CINELOOM_TRY_ASSIGN(const auto events, store_->events_of(known->id));
  std::unordered_map<FilmId, const std::string*> names;
  for (const Film& film : films) names[film.id] = &film.key;
  for (const Event& event : events) {
    if (const auto name = names.find(event.film); name != names.end()) keys.insert(*name->second);
  }
  return keys;
}

Expected<ImportBatch> Cinema::preview_import(std::span<const fs::path> paths, const std::string& viewer, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  CINELOOM_TRY_ASSIGN(auto seen, films_of(viewer, films));
  CINELOOM_TRY_ASSIGN(ImportBatch batch, read_imports(paths, {.viewer = viewer, .catalogue = films, .seen = std::move(seen), .now = now()}, progress, cancel));
  for (const fs::path& path : paths) add_library_files(path, batch);
  return batch;
}

Expected<ImportBatch> Cinema::preview_import(const fs::path& path, const std::string& viewer, Progress& progress, const CancelToken& cancel) {
  return preview_import(std::span(&path, 1), viewer, progress, cancel);
}

Expected<ImportBatch> Cinema::preview_upload(std::string_view name, std::string bytes, const std::string& viewer, Progress& progress,
                                             const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  CINELOOM_TRY_ASSIGN(auto seen, films_of(viewer, films));
  auto batch = read_import_bytes(name, std::move(bytes), {.viewer = viewer, .catalogue = films, .seen = std::move(seen), .now = now()}, progress, cancel);
  // What cannot be read of an upload is the sender's doing, not a loss of ours.
  if (!batch && batch.error().code() == ErrorCode::DataLoss)
    return std::unexpected(Error(ErrorCode::InvalidArgument, batch.error().describe()).advise(batch.error().advice()));
  return batch;
}

namespace {

/// The film beside a video's nfo, if it has one that can be read.
std::optional<Film> film_of_nfo(const fs::path& video, const CancelToken& cancel) {
  for (const fs::path& file : {fs::path(video).replace_extension(".nfo"), video.parent_path() / "movie.nfo"}) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) continue;
    Progress progress;
    const auto batch = read_import(file, {}, progress, cancel);
    if (batch && batch->films.size() == 1) return batch->films.front();
  }
  return std::nullopt;
}

/// Of several videos of one film the sharpest, then the largest, is played.
bool is_better(const FoundVideo& one, const FoundVideo& other) {
  const auto lines = [](const FoundVideo& video) { return std::atoi(video.name.picture.c_str()); };
  return std::pair(lines(one), one.size_bytes) > std::pair(lines(other), other.size_bytes);
}

LocalText count_text(int count, std::string_view english, std::string_view chinese) {
  return {.english = fmt::format("{} {}", count, english), .chinese = fmt::format("{} {}", count, chinese)};
}

}  // namespace

Expected<ImportBatch> Cinema::preview_scan(const fs::path& folder, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const FolderScan scan, scan_folder(folder, progress, cancel));
  CINELOOM_TRY_ASSIGN(const auto films, store_->all_films());
  ImportBatch batch{.source = "scan", .path = folder.string()};
  FilmMatcher matcher;
  std::vector<std::string> keys;
  for (const Film& film : films) {
    matcher.add(film);
    keys.push_back(film.key);
  }
  std::map<std::string, std::size_t> place;   // of a film's key in the batch
  std::vector<const FoundVideo*> chosen;      // beside batch.files
  int versions = 0;
  for (const FoundVideo& video : scan.videos) {
    CINELOOM_TRY(cancel.check());
    Film film = film_of_nfo(video.path, cancel).value_or(film_of_name(video.name));
    const FilmMatcher::Answer answer = matcher.find(film);
    if (answer.is_unsure) batch.unsure.push_back(video.path.string());
    film.key = answer.film ? keys[*answer.film] : film_key(film.title.english.empty() ? film.title.chinese : film.title.english, film.year);
    if (!answer.film) {
      matcher.add(film);
      keys.push_back(film.key);
    }
    const auto [found, is_new] = place.try_emplace(film.key, batch.files.size());
    if (is_new) {
      batch.films_matched += answer.film && *answer.film < films.size() ? 1 : 0;
      batch.files.push_back(files_beside(video.path));
      batch.file_keys.push_back(film.key);
      batch.films.push_back(std::move(film));
      chosen.push_back(&video);
      continue;
    }
    ++versions;
    if (is_better(video, *chosen[found->second])) {
      batch.files[found->second] = files_beside(video.path);
      chosen[found->second] = &video;
    }
  }
  if (scan.extras > 0) batch.warnings.push_back(count_text(scan.extras, "trailers and other extras were passed over", "个预告片或花絮已略过"));
  if (scan.episodes > 0) batch.warnings.push_back(count_text(scan.episodes, "episodes of series were passed over", "集剧集已略过"));
  if (scan.unnamed > 0) batch.warnings.push_back(count_text(scan.unnamed, "videos have no name that tells a title", "个视频的名称看不出片名"));
  if (versions > 0)
    batch.warnings.push_back(count_text(versions, "further versions of films were found; the sharpest is kept", "个影片的其他版本；保留最清晰的"));
  return batch;
}

Expected<std::vector<ExportedFile>> Cinema::export_viewer(ViewerId viewer, HistoryFormat format) {
  ViewerHistory history;
  CINELOOM_TRY_ASSIGN(const Viewer known, store_->viewer(viewer));
  history.viewer = known.name;
  CINELOOM_TRY_ASSIGN(history.tellings, store_->tellings_of(viewer));
  CINELOOM_TRY_ASSIGN(history.films, store_->all_films());
  for (const Film& film : history.films) {
    CINELOOM_TRY_ASSIGN(auto reviews, store_->reviews_of(film.id));
    std::erase_if(reviews, [&](const Review& review) { return review.author != known.name; });
    std::ranges::move(reviews, std::back_inserter(history.reviews));
  }
  return export_history(history, format);
}

Expected<ImportReceipt> Cinema::apply_import(const ImportBatch& batch, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(ImportReceipt receipt, store_->apply_import(batch, now(), progress, cancel));
  renew_model();
  return receipt;
}

Expected<ImportReceipt> Cinema::undo_import(ImportId id) {
  CINELOOM_TRY_ASSIGN(ImportReceipt receipt, store_->undo_import(id));
  renew_model();
  return receipt;
}

}  // namespace cineloom
