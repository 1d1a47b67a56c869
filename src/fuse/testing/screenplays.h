#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cineloom::fuse {

/// The public screenplays and parser suites for development; may be absent.
inline std::filesystem::path screenplay_folder() { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "../shared/data/screenplays"; }

/// All of them with that suffix, in order of their paths.
inline std::vector<std::filesystem::path> screenplay_files(std::string_view suffix) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(screenplay_folder(), error)) {
    if (entry.path().extension() == suffix) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

inline std::filesystem::path demo_screenplay() { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "demo/library/the-moon-in-the-reeds.fountain"; }

}  // namespace cineloom::fuse
