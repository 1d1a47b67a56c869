#include "store/internal/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

namespace cineloom::sqlite {

Expected<FileDescriptor> lock_folder(const std::filesystem::path& folder) {
  FileDescriptor lock(::open((folder / "cineloom.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (lock.get() < 0) {
    return std::unexpected(Error(ErrorCode::Unavailable, fmt::format("cannot write in '{}'", folder.string()))
                               .advise("check the folder's permissions, or choose another with --data"));
  }
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("another cineloom works in '{}'", folder.string()))
                             .advise("stop it, use its web page, or choose another folder with --data"));
}

}  // namespace cineloom::sqlite
