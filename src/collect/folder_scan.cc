#include "collect/folder_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "collect/film_key.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 500'000;
constexpr std::size_t kFilesPerCheck = 256;

bool is_video(const fs::path& file) {
  constexpr std::array<std::string_view, 17> kEndings = {".mkv", ".mp4",  ".avi", ".m4v", ".mov", ".wmv", ".webm", ".mpg", ".mpeg",
                                                         ".ts",  ".m2ts", ".ogm", ".ogv", ".flv", ".vob", ".mk3d", ".rmvb"};
  return std::ranges::find(kEndings, fold_latin(file.extension().string())) != kEndings.end();
}

/// Folders that media servers and people keep other videos in.
bool is_passed_over(const fs::path& folder) {
  constexpr std::array<std::string_view, 12> kExtras = {"extras", "featurettes", "behind the scenes", "deleted scenes", "trailers", "samples", "sample",
                                                        "shorts", "scenes",      "interviews",        "other",          "clips"};
  const std::string name = fold_latin(folder.filename().string());
  // Takes of an interactive film lie in "film.takes".
  return name.starts_with('.') || name.starts_with('@') || name.ends_with(".takes") || std::ranges::find(kExtras, name) != kExtras.end();
}

bool is_later_disc(const fs::path& file) {
  const std::string stem = fold_latin(file.stem().string());
  for (const std::string_view mark : {"cd", "disc", "disk", "pt"}) {
    const auto at = stem.rfind(mark);
    if (at == std::string::npos || at == 0 || at + mark.size() + 1 != stem.size()) continue;
    const char before = stem[at - 1];
    if ((before == '-' || before == ' ' || before == '.' || before == '_') && stem.back() > '1' && stem.back() <= '9') return true;
  }
  return false;
}

void add_video(const fs::path& path, std::uint64_t size, FolderScan& scan) {
  if (is_later_disc(path)) return;
  FilmName name = parse_film_name(path.string());
  if (name.is_extra) ++scan.extras;
  else if (name.is_episode) ++scan.episodes;
  else if (name.title.empty()) ++scan.unnamed;
  else scan.videos.push_back({.path = path, .name = std::move(name), .size_bytes = size});
}

bool is_han_text(std::string_view text) {
  const auto first = decode_utf8(text);
  return first && is_han(first->code_point);
}

}  // namespace

Expected<FolderScan> scan_folder(const fs::path& folder, Progress& progress, const CancelToken& cancel) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return std::unexpected(
        Error(ErrorCode::NotFound, fmt::format("there is no folder '{}'", folder.string())).advise("name the folder that your films lie in"));
  FolderScan scan;
  progress.begin("looking for films", 0, "files");
  std::size_t files = 0;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry(fs::absolute(folder, error), options, error), end; !error && entry != end; entry.increment(error)) {
    if (++files % kFilesPerCheck == 0) CINELOOM_TRY(cancel.check());
    if (files > kMostFiles) return fail(ErrorCode::ResourceExhausted, fmt::format("'{}' holds more than {} files", folder.string(), kMostFiles));
    progress.set(static_cast<std::int64_t>(files));
    if (entry->is_directory(error) && is_passed_over(entry->path())) entry.disable_recursion_pending();
    else if (entry->is_regular_file(error) && is_video(entry->path())) add_video(entry->path(), entry->file_size(error), scan);
  }
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot read '{}': {}", folder.string(), error.message()));
  std::ranges::sort(scan.videos, {}, &FoundVideo::path);
  progress.finish();
  return scan;
}

Film film_of_name(const FilmName& name) {
  const std::string title = name.part > 0 ? fmt::format("{} Part {}", name.title, name.part) : name.title;
  const bool is_other_han = is_han_text(name.alternative);
  Film film{.title = {.original = title, .english = title}, .year = name.year, .external = name.external};
  if (is_han_text(title)) film.title = {.original = title, .chinese = title};
  if (is_other_han) film.title.chinese = name.alternative;
  else if (!name.alternative.empty()) film.title.original = title + ": " + name.alternative;
  return film;
}

}  // namespace cineloom
