#include "base/beneath.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace cineloom {
namespace {

constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // a pipe that waits for its writer would wait forever

std::unexpected<Error> nothing_there(std::string_view name) { return fail(ErrorCode::NotFound, fmt::format("there is no '{}'", name)); }

FileDescriptor open_by_kernel(int folder, const std::string& name) {
  const open_how how{.flags = static_cast<std::uint64_t>(kFlags), .mode = 0, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  return FileDescriptor(static_cast<int>(::syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how)));
}

/// Folder by folder, following no link.
FileDescriptor open_by_steps(FileDescriptor folder, std::string_view name) {
  while (folder.get() >= 0) {
    const std::string step(name.substr(0, name.find('/')));
    if (step.empty() || step == "." || step == "..") return {};
    const bool is_last = step.size() == name.size();
    folder = FileDescriptor(::openat(folder.get(), step.c_str(), is_last ? kFlags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (is_last) return folder;
    name.remove_prefix(step.size() + 1);
  }
  return folder;
}

bool is_regular(const FileDescriptor& file) {
  struct stat status{};
  return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Expected<FileDescriptor> open_beneath(const std::filesystem::path& folder, std::string_view name) {
  FileDescriptor base(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (base.get() < 0) return fail(ErrorCode::Unavailable, fmt::format("the folder '{}' cannot be opened", folder.string()));
  while (name.starts_with('/')) name.remove_prefix(1);
  if (name.empty() || name.contains('\0')) return nothing_there(name);
  FileDescriptor file = open_by_kernel(base.get(), std::string(name));
  if (file.get() < 0 && (errno == ENOSYS || errno == EPERM)) file = open_by_steps(std::move(base), name);
  if (file.get() < 0 || !is_regular(file)) return nothing_there(name);
  return file;
}

}  // namespace cineloom
