#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <tuple>
#include <utility>

namespace cineloom {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> system_error(std::string_view action, const fs::path& path, int code) {
  const std::string message = fmt::format("cannot {} '{}': {}", action, path.string(), std::strerror(code));
  if (code == ENOENT) { return std::unexpected(Error(ErrorCode::NotFound, message).advise("check the path and its spelling")); }
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    return std::unexpected(Error(ErrorCode::ResourceExhausted, message).advise("free some space and try again"));
  }
  if (code == EACCES || code == EPERM) { return std::unexpected(Error(ErrorCode::InvalidArgument, message).advise("check the permissions")); }
  return fail(ErrorCode::Unavailable, message);
}

Expected<FileDescriptor> open_regular(const fs::path& path, struct stat& status) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_error("open", path, errno);
  if (::fstat(file.get(), &status) != 0) return system_error("inspect", path, errno);
  if (!S_ISREG(status.st_mode)) { return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is not a regular file", path.string())); }
  return file;
}

Expected<void> write_all(int descriptor, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) return system_error("write", path, errno);
  return {};
}

void sync_folder(const fs::path& folder) {
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0) std::ignore = ::fsync(descriptor.get());  // the file itself is safe already
}

}  // namespace

Expected<std::string> read_file(const fs::path& path, std::uint64_t limit_bytes) {
  struct stat status{};
  CINELOOM_TRY_ASSIGN(const FileDescriptor file, open_regular(path, status));
  if (std::cmp_greater(status.st_size, limit_bytes)) {
    return fail(ErrorCode::InvalidArgument, fmt::format("'{}' has {} bytes, more than the limit of {}", path.string(), status.st_size, limit_bytes));
  }
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return content;
}

Expected<void> write_file(const fs::path& path, std::string_view content) {
  std::string temporary = path.string() + ".XXXXXX";
  const FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return system_error("create a file beside", path, errno);
  auto written = write_all(file.get(), content, path);
  if (written && ::fchmod(file.get(), 0644) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0) {
    sync_folder(path.parent_path().empty() ? fs::path(".") : path.parent_path());
    return {};
  }
  const int code = errno;
  std::ignore = ::unlink(temporary.c_str());  // nothing half-written stays behind
  if (!written) return written;
  return system_error("replace", path, code);
}

Expected<TemporaryFolder> TemporaryFolder::create(std::string_view prefix) {
  std::error_code error;
  const fs::path base = fs::temp_directory_path(error);
  if (error) return fail(ErrorCode::Unavailable, "no folder for temporary files: " + error.message());
  return create_in(base, prefix);
}

Expected<TemporaryFolder> TemporaryFolder::create_in(const fs::path& folder, std::string_view prefix) {
  std::string name = (folder / fmt::format("{}.XXXXXX", prefix)).string();
  if (::mkdtemp(name.data()) == nullptr) return system_error("create", name, errno);
  return TemporaryFolder(name);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;  // a folder somebody else removed is no failure
  fs::remove_all(path_, ignored);
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileDescriptor::~FileDescriptor() { close(); }

void FileDescriptor::close() {
  if (descriptor_ >= 0) std::ignore = ::close(std::exchange(descriptor_, -1));  // read side: nothing to lose
}

Expected<FileDescriptor> FileDescriptor::open_for_reading(const fs::path& path) {
  struct stat status{};
  CINELOOM_TRY_ASSIGN(FileDescriptor file, open_regular(path, status));
  if (status.st_size == 0) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is empty", path.string())).advise("get the file again from where it came"));
  }
  return file;
}

}  // namespace cineloom
