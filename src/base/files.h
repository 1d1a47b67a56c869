#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace cineloom {

/// The whole file as bytes.
/// Errors: NotFound; InvalidArgument if it is no regular file or larger than `limit_bytes`; Unavailable if reading fails.
Expected<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit_bytes = 1ULL << 30U);

/// Puts `content` in place of the file, whole or not at all: temporary file beside it, fsync, rename, fsync of the folder.
/// Errors: ResourceExhausted on a full disk; Unavailable otherwise.
Expected<void> write_file(const std::filesystem::path& path, std::string_view content);

/// A folder that is removed with everything in it when the value goes.
class TemporaryFolder {
 public:
  static Expected<TemporaryFolder> create(std::string_view prefix = "cineloom");
  /// The same inside a folder that exists, so that what is in it can be moved into place.
  static Expected<TemporaryFolder> create_in(const std::filesystem::path& folder, std::string_view prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// An owned file descriptor; -1 = none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  /// Opens an existing regular file for reading, close-on-exec. Errors as read_file, and InvalidArgument if it is empty.
  static Expected<FileDescriptor> open_for_reading(const std::filesystem::path& path);

  [[nodiscard]] int get() const { return descriptor_; }
  void close();

 private:
  int descriptor_ = -1;
};

}  // namespace cineloom
