#include "pipeline/staged_folder.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace cineloom {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPrefix = ".new";

}  // namespace

Expected<StagedFolder> StagedFolder::create(const fs::path& parent) {
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot make '{}': {}", parent.string(), error.message()));
  CINELOOM_TRY_ASSIGN(TemporaryFolder folder, TemporaryFolder::create_in(parent, kPrefix));
  fs::permissions(folder.path(), fs::perms(0755), error);  // a folder for one pair of eyes is usable all the same
  return StagedFolder(std::move(folder));
}

Expected<void> StagedFolder::put_in_place(const std::string& name) {
  const fs::path place = path().parent_path() / name;
  std::error_code error;
  // Exchanged in one step of the file system: at no moment is the name without a folder.
  const unsigned how = fs::exists(place, error) ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (renameat2(AT_FDCWD, path().c_str(), AT_FDCWD, place.c_str(), how) == 0) return {};
  return fail(ErrorCode::Unavailable, fmt::format("cannot replace '{}': {}", place.string(), std::strerror(errno)));
}

void StagedFolder::remove_leftovers(const fs::path& parent) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    std::error_code ignored;  // a leftover costs room, nothing else
    if (entry.path().filename().string().starts_with(kPrefix)) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace cineloom
