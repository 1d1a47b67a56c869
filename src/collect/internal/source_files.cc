#include "collect/internal/source_files.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/files.h"
#include "base/utf8.h"

namespace cineloom::collect {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestFile = 1ULL << 30U;
constexpr std::uint64_t kLargestTotal = 2ULL << 30U;
constexpr std::size_t kMostFiles = 8192;
constexpr std::uint64_t kHarmless = 64ULL << 20U;  // produced bytes before the packing ratio is looked at
constexpr std::uint64_t kMostRatio = 250;          // tables pack some 20 times, bombs a thousand times
constexpr int kDeepest = 2;
constexpr std::size_t kLook = 4096;
constexpr char32_t kReplacement = 0xFFFD;

struct ArchiveDeleter {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using ArchivePtr = std::unique_ptr<archive, ArchiveDeleter>;

bool is_archive(std::string_view bytes) {
  constexpr std::array<std::string_view, 6> kMarks = {"PK\x03\x04",
                                                      "\x1F\x8B",
                                                      "BZh",
                                                      std::string_view("\xFD"
                                                                       "7zXZ\0",
                                                                       6),
                                                      "\x28\xB5\x2F\xFD",
                                                      "7z\xBC\xAF\x27\x1C"};
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return bytes.starts_with(mark); }) || (bytes.size() > 262 && bytes.substr(257, 5) == "ustar");
}

bool is_utf16(std::string_view bytes) { return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"); }

/// A body of several parts may carry a picture behind its text, so only its beginning counts.
bool is_text(std::string_view bytes) {
  const std::string_view start = bytes.substr(0, kLook);
  return is_utf16(start) || start.starts_with("--") || !start.contains('\0');
}

std::string from_utf16(std::string_view bytes) {
  const bool is_little = bytes.starts_with("\xFF\xFE");
  std::string text;
  char32_t high = 0;
  for (std::size_t at = 2; at + 1 < bytes.size(); at += 2) {
    const char32_t first = static_cast<unsigned char>(bytes[at]);
    const char32_t second = static_cast<unsigned char>(bytes[at + 1]);
    const char32_t unit = is_little ? first | (second << 8U) : second | (first << 8U);
    if (unit >= 0xD800 && unit < 0xDC00) {
      high = unit;
      continue;
    }
    const bool is_low = unit >= 0xDC00 && unit < 0xE000;
    if (is_low) append_utf8(text, high == 0 ? kReplacement : 0x10000U + ((high - 0xD800U) << 10U) + (unit - 0xDC00U));
    else append_utf8(text, unit);
    high = 0;
  }
  return text;
}

/// Takes sources apart into containers, within limits.
class Unpacker {
 public:
  explicit Unpacker(const CancelToken& cancel) : cancel_(cancel) {}

  Expected<void> add_folder(const fs::path& path) {
    std::error_code error;
    const std::size_t place = open_container(path.string());
    for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
      CINELOOM_TRY(cancel_.check());
      if (!entry->is_regular_file(error)) continue;
      CINELOOM_TRY(add_file(entry->path(), entry->path().lexically_relative(path).generic_string(), place));
    }
    if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot read '{}': {}", path.string(), error.message()));
    return {};
  }

  /// Bytes by themselves: an archive becomes a container of its own, a text joins the container at `place`.
  Expected<void> add_bytes(const std::string& shown, std::string name, std::string bytes, std::size_t place, int depth) {
    if (is_archive(bytes)) return depth < kDeepest ? unpack(shown, name, bytes, place, depth) : Expected<void>();
    if (bytes.empty() || !is_text(bytes)) return {};
    if (is_utf16(bytes)) bytes = from_utf16(bytes);
    containers_[place].files.push_back({.name = std::move(name), .content = std::move(bytes)});
    return {};
  }

  std::size_t open_container(std::string name) {
    containers_.push_back({.name = std::move(name), .files = {}});
    return containers_.size() - 1;
  }

  std::vector<Container> take() && {
    std::erase_if(containers_, [](const Container& container) { return container.files.empty(); });
    for (Container& container : containers_) leave_out_top_folder(container);
    return std::move(containers_);
  }

 private:
  Expected<void> add_file(const fs::path& path, const std::string& name, std::size_t place) {
    CINELOOM_TRY_ASSIGN(const std::string start, read_start(path));
    if (start.empty() || (!is_archive(start) && !is_text(start))) return {};
    CINELOOM_TRY(count_file());
    CINELOOM_TRY_ASSIGN(std::string bytes, read_file(path, kLargestFile));
    CINELOOM_TRY(count_bytes(bytes.size(), bytes.size()));
    return add_bytes(path.string(), name, std::move(bytes), place, 0);
  }

  static Expected<std::string> read_start(const fs::path& path) {
    CINELOOM_TRY_ASSIGN(const FileDescriptor file, open_or_empty(path));
    std::string start(kLook, '\0');
    const ssize_t got = file.get() < 0 ? 0 : pread(file.get(), start.data(), start.size(), 0);
    start.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return start;
  }

  static Expected<FileDescriptor> open_or_empty(const fs::path& path) {
    auto file = FileDescriptor::open_for_reading(path);
    if (!file && file.error().code() == ErrorCode::InvalidArgument) return FileDescriptor();
    return file;
  }

  Expected<void> unpack(const std::string& shown, const std::string& name, const std::string& bytes, std::size_t place, int depth) {
    const ArchivePtr handle(archive_read_new());
    archive_read_support_filter_all(handle.get());
    archive_read_support_format_zip(handle.get());
    archive_read_support_format_tar(handle.get());
    archive_read_support_format_7zip(handle.get());
    archive_read_support_format_raw(handle.get());
    if (archive_read_open_memory(handle.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return damaged(handle.get(), shown);
    std::optional<std::size_t> inside;
    std::uint64_t produced = 0;
    for (archive_entry* entry = nullptr;;) {
      CINELOOM_TRY(cancel_.check());
      const int result = archive_read_next_header(handle.get(), &entry);
      if (result == ARCHIVE_EOF) return {};
      if (result != ARCHIVE_OK) return damaged(handle.get(), shown);
      const bool is_packed_file = archive_format(handle.get()) == ARCHIVE_FORMAT_RAW;
      if (!is_packed_file && archive_entry_filetype(entry) != AE_IFREG) continue;
      CINELOOM_TRY(count_file());
      CINELOOM_TRY_ASSIGN(std::string content, read_entry(handle.get(), shown, bytes.size(), produced));
      const char* path = archive_entry_pathname_utf8(entry);
      if (is_packed_file) {
        CINELOOM_TRY(add_bytes(shown, name, std::move(content), place, depth + 1));
      } else {
        if (!inside) inside = open_container(shown);
        CINELOOM_TRY(
            add_bytes(fmt::format("{}/{}", shown, path == nullptr ? "?" : path), path == nullptr ? "?" : path, std::move(content), *inside, depth + 1));
      }
    }
  }

  /// The whole entry if it is of use, else only as much of it as tells that it is not.
  Expected<std::string> read_entry(archive* handle, const std::string& shown, std::uint64_t packed, std::uint64_t& produced) {
    std::string content;
    std::array<char, 65536> chunk{};
    for (;;) {
      const la_ssize_t got = archive_read_data(handle, chunk.data(), chunk.size());
      if (got < 0) return damaged(handle, shown);
      if (got == 0) return content;
      content.append(chunk.data(), static_cast<std::size_t>(got));
      produced += static_cast<std::uint64_t>(got);
      if (auto counted = count_bytes(static_cast<std::uint64_t>(got), content.size()); !counted)
        return fail_in(counted.error(), fmt::format("unpacking '{}'", shown));
      if (produced > kHarmless && produced / kMostRatio > packed) {
        return std::unexpected(Error(ErrorCode::ResourceExhausted, fmt::format("'{}' unpacks to more than {} times its size", shown, kMostRatio))
                                   .advise("unpack it by hand if you trust it, and import the folder"));
      }
      if (content.size() == static_cast<std::size_t>(got) && !is_archive(content) && !is_text(content)) return std::string();
    }
  }

  static std::unexpected<Error> damaged(archive* handle, const std::string& shown) {
    const char* reason = archive_error_string(handle);
    return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("'{}' is no whole archive: {}", shown, reason == nullptr ? "unknown" : reason))
                               .advise("download or export it again"));
  }

  Expected<void> count_file() {
    if (++files_ <= kMostFiles) return {};
    return fail(ErrorCode::ResourceExhausted, fmt::format("there are more than {} files to read", kMostFiles));
  }
  Expected<void> count_bytes(std::uint64_t bytes, std::uint64_t file_bytes) {
    total_ += bytes;
    if (file_bytes <= kLargestFile && total_ <= kLargestTotal) return {};
    return fail(ErrorCode::ResourceExhausted,
                fmt::format("there is more to read than {} MiB a file and {} MiB together", kLargestFile >> 20U, kLargestTotal >> 20U));
  }

  // "ml-1m/ratings.dat" and "ml-1m/movies.dat" become "ratings.dat" and "movies.dat".
  static void leave_out_top_folder(Container& container) {
    std::ranges::sort(container.files, {}, &SourceFile::name);
    const auto slash = container.files.front().name.find('/');
    if (slash == std::string::npos) return;
    const std::string top = container.files.front().name.substr(0, slash + 1);
    if (!std::ranges::all_of(container.files, [&](const SourceFile& file) { return file.name.starts_with(top); })) return;
    for (SourceFile& file : container.files) file.name.erase(0, top.size());
  }

  const CancelToken& cancel_;
  std::vector<Container> containers_;
  std::size_t files_ = 0;
  std::uint64_t total_ = 0;
};

std::unexpected<Error> nothing_in(std::string_view name) {
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is empty", name)).advise("download or export it again"));
}

}  // namespace

Expected<std::vector<Container>> read_source_bytes(std::string_view name, std::string bytes, const CancelToken& cancel) {
  if (bytes.empty()) return nothing_in(name);
  Unpacker unpacker(cancel);
  const std::size_t place = unpacker.open_container(std::string(name));
  CINELOOM_TRY(unpacker.add_bytes(std::string(name), std::string(base_name(name)), std::move(bytes), place, 0));
  return std::move(unpacker).take();
}

Expected<std::vector<Container>> read_sources(std::span<const fs::path> paths, const CancelToken& cancel) {
  Unpacker unpacker(cancel);
  const std::size_t loose = unpacker.open_container(paths.empty() ? "" : paths.front().string());
  for (const fs::path& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      CINELOOM_TRY(unpacker.add_folder(path));
      continue;
    }
    CINELOOM_TRY_ASSIGN(std::string bytes, read_file(path, kLargestFile));
    if (bytes.empty()) return nothing_in(path.string());
    CINELOOM_TRY(unpacker.add_bytes(path.string(), path.filename().string(), std::move(bytes), loose, 0));
  }
  return std::move(unpacker).take();
}

std::string_view base_name(std::string_view name) { return name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1); }

const SourceFile* find_file(const Container& container, std::string_view name) {
  const auto found = std::ranges::find(container.files, name, &SourceFile::name);
  return found == container.files.end() ? nullptr : &*found;
}

}  // namespace cineloom::collect
