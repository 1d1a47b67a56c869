#pragma once

#include <filesystem>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "collect/film_name.h"

namespace cineloom {

/// A video of a film, and what its path tells of it.
struct FoundVideo {
  std::filesystem::path path;   ///< absolute
  FilmName name;
  std::uint64_t size_bytes = 0;
};

/// What a folder of films holds.
struct FolderScan {
  std::vector<FoundVideo> videos;  ///< of films, by path
  int extras = 0;                  ///< trailers, samples and bonus material, passed over
  int episodes = 0;                ///< of series, passed over
  int unnamed = 0;                 ///< videos in whose path no title was found
};

/// Finds the videos of films in a folder and all below it, by their endings; hidden folders, folders of extras and links are passed
/// over, and the first disc stands for a film of several. Errors: NotFound; ResourceExhausted for more than 500,000 files; Cancelled.
Expected<FolderScan> scan_folder(const std::filesystem::path& folder, Progress& progress, const CancelToken& cancel);

/// The film that a name tells of, with titles as it may be called elsewhere; its key is not filled.
Film film_of_name(const FilmName& name);

}  // namespace cineloom
