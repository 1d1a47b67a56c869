#include "collect/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "collect/internal/assemble.h"
#include "collect/internal/formats.h"
#include "collect/internal/values.h"
#include "collect/match.h"

namespace cineloom {
namespace {

using collect::Container;
using collect::Format;
using collect::SourceFile;
using collect::Teller;

constexpr std::size_t kNamesInWarning = 5;
constexpr std::string_view kLibraryName = "Cineloom library";

// Narrow marks first: the last takes any table that names films.
const std::vector<const Format*>& formats() {
  static const std::vector<const Format*> kAll = [] {
    using namespace collect;
    std::vector<const Format*> all = {&kCineloomExport,    &kLetterboxd,      &kImdb,     &kImdbTables,   &kTrakt,        &kSimkl,        &kTvTime,
                                      &kNetflix,           &kNetflixActivity, &kDouban,   &kNfo,          &kJellyfinHook, &kPlexHook,     &kTautulliHook,
                                      &kPlaybackReporting, &kTmdbIds,         &kTmdbFilm, &kMovieLensCsv, &kMovieLensDat, &kMovieLens100K};
    for (const Format& table : declared_tables()) all.push_back(&table);
    all.push_back(&kAnyTable);
    return all;
  }();
  return kAll;
}

const Format* format_of(const SourceFile& file) {
  const auto found = std::ranges::find_if(formats(), [&](const Format* format) { return format->claims(file); });
  return found == formats().end() ? nullptr : *found;
}

/// Exports write empty lists as files of their own.
bool says_nothing(const SourceFile& file) {
  const std::string_view text = collect::trim(file.content);
  return text.empty() || text == "[]" || text == "{}" || text == "null";
}

std::unexpected<Error> unknown_format(std::string_view shown, const std::vector<std::string>& unknown) {
  const std::string found =
      unknown.empty()
          ? ""
          : fmt::format(": {}", fmt::join(unknown.begin(), unknown.begin() + static_cast<std::ptrdiff_t>(std::min(unknown.size(), kNamesInWarning)), ", "));
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' holds no export that is known{}", shown, found))
                             .advise(fmt::format("known are: {}", fmt::join(import_formats(), ", "))));
}

/// Hears all containers and puts together what they tell.
class Listener {
 public:
  Listener(const ImportOptions& options, Progress& progress, const CancelToken& cancel) : reading_{options, progress, cancel} {}

  Expected<void> hear(const Container& container) {
    std::map<const Format*, std::vector<const SourceFile*>> claimed;
    for (const SourceFile& file : container.files) {
      CINELOOM_TRY(reading_.cancel.check());
      if (says_nothing(file)) continue;
      if (const Format* format = format_of(file)) claimed[format].push_back(&file);
      else unknown_.push_back(file.name);
    }
    for (const Format* format : formats()) {
      const auto files = claimed.find(format);
      if (files == claimed.end()) continue;
      const std::string action = fmt::format("importing '{}' as {}", container.name, format->name);
      Teller teller(format->origin, format->step);
      if (auto read = format->read(files->second, teller, reading_); !read) return fail_in(read.error(), action);
      tellers_.push_back(std::move(teller));
    }
    return {};
  }

  Expected<ImportBatch> finish(std::string_view shown) && {
    if (tellers_.empty()) return unknown_format(shown, unknown_);
    ImportBatch batch = collect::assemble(std::move(tellers_), reading_.options);
    if (!unknown_.empty()) {
      const std::size_t named = std::min(unknown_.size(), kNamesInWarning);
      const std::string names = fmt::format("{}", fmt::join(unknown_.begin(), unknown_.begin() + static_cast<std::ptrdiff_t>(named), ", "));
      batch.warnings.push_back({.english = fmt::format("{} files are of no known format: {}", unknown_.size(), names),
                                .chinese = fmt::format("{} 个文件格式未知：{}", unknown_.size(), names)});
    }
    batch.path = shown;
    return batch;
  }

 private:
  collect::Reading reading_;
  std::vector<Teller> tellers_;
  std::vector<std::string> unknown_;
};

Expected<ImportBatch> import_containers(std::string_view shown, const std::vector<Container>& containers, const ImportOptions& options, Progress& progress,
                                        const CancelToken& cancel) {
  const auto library = std::ranges::find_if(containers, collect::is_demo_library);
  if (library != containers.end()) {
    CINELOOM_TRY_ASSIGN_IN(ImportBatch batch, collect::read_demo_library(*library, cancel), fmt::format("importing '{}' as {}", shown, kLibraryName));
    batch.path = shown;
    batch.films_matched = match_films(batch, options.catalogue);
    return batch;
  }
  Listener listener(options, progress, cancel);
  for (const Container& container : containers) CINELOOM_TRY(listener.hear(container));
  auto batch = std::move(listener).finish(shown);
  if (batch) progress.finish();
  return batch;
}

}  // namespace

std::vector<std::string> import_formats() {
  std::vector<std::string> names = {std::string(kLibraryName)};
  for (const Format* format : formats()) names.emplace_back(format->name);
  return names;
}

Expected<ImportBatch> read_imports(std::span<const std::filesystem::path> paths, const ImportOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto containers, collect::read_sources(paths, cancel));
  std::string shown;
  for (const std::filesystem::path& path : paths) shown += fmt::format("{}{}", shown.empty() ? "" : ", ", path.string());
  return import_containers(shown, containers, options, progress, cancel);
}

Expected<ImportBatch> read_import(const std::filesystem::path& path, const ImportOptions& options, Progress& progress, const CancelToken& cancel) {
  return read_imports(std::span(&path, 1), options, progress, cancel);
}

Expected<ImportBatch> read_import_bytes(std::string_view name, std::string bytes, const ImportOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const auto containers, collect::read_source_bytes(name, std::move(bytes), cancel));
  return import_containers(name, containers, options, progress, cancel);
}

}  // namespace cineloom
