#include "collect/internal/source_files.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <tuple>

#include "base/files.h"

namespace cineloom::collect {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestFile = 512ULL << 20U;
constexpr std::uint64_t kLargestTotal = 2ULL << 30U;
constexpr std::size_t kMostFiles = 64;
constexpr std::string_view kCatalogueFolder = "catalogue/";
constexpr std::array<std::string_view, 7> kEndings = {".csv", ".dat", ".data", ".item", ".json", ".jsonl", ".user"};

bool is_wanted(std::string_view name) {
  return std::ranges::any_of(kEndings, [name](std::string_view ending) { return name.ends_with(ending); });
}

struct ArchiveDeleter {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using ArchivePtr = std::unique_ptr<archive, ArchiveDeleter>;

std::unexpected<Error> damaged(archive* handle, const fs::path& path) {
  const char* reason = archive_error_string(handle);
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("'{}' is no whole zip archive: {}", path.string(), reason == nullptr ? "unknown" : reason))
                             .advise("download or export it again"));
}

/// What may still be unpacked: limits count produced bytes, because an archive's own claims prove nothing.
class Budget {
 public:
  Expected<void> take_file() {
    if (++files_ <= kMostFiles) return {};
    return fail(ErrorCode::ResourceExhausted, fmt::format("more than {} files to read", kMostFiles));
  }
  Expected<void> take_bytes(std::uint64_t bytes, std::uint64_t file_bytes) {
    total_ += bytes;
    if (file_bytes <= kLargestFile && total_ <= kLargestTotal) return {};
    return fail(ErrorCode::ResourceExhausted, "unpacks to more than is allowed");
  }

 private:
  std::size_t files_ = 0;
  std::uint64_t total_ = 0;
};

Expected<std::string> read_entry(archive* handle, Budget& budget, const fs::path& path) {
  std::string content;
  std::array<char, 65536> chunk{};
  for (;;) {
    const la_ssize_t got = archive_read_data(handle, chunk.data(), chunk.size());
    if (got < 0) return damaged(handle, path);
    if (got == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(got));
    CINELOOM_TRY(budget.take_bytes(static_cast<std::uint64_t>(got), content.size()));
  }
}

Expected<SourceFiles> read_archive(const fs::path& path, const CancelToken& cancel) {
  const ArchivePtr handle(archive_read_new());
  archive_read_support_format_zip(handle.get());
  if (archive_read_open_filename(handle.get(), path.c_str(), 65536) != ARCHIVE_OK) return damaged(handle.get(), path);
  SourceFiles files;
  Budget budget;
  for (;;) {
    CINELOOM_TRY(cancel.check());
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(handle.get(), &entry);
    if (result == ARCHIVE_EOF) return files;
    if (result != ARCHIVE_OK) return damaged(handle.get(), path);
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr || !is_wanted(name)) continue;
    CINELOOM_TRY(budget.take_file());
    CINELOOM_TRY_ASSIGN(files[name], read_entry(handle.get(), budget, path));
  }
}

Expected<SourceFiles> read_folder(const fs::path& path, const CancelToken& cancel) {
  SourceFiles files;
  Budget budget;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    CINELOOM_TRY(cancel.check());
    const std::string name = entry->path().lexically_relative(path).string();
    if (!entry->is_regular_file(error) || !is_wanted(name)) continue;
    CINELOOM_TRY(budget.take_file());
    CINELOOM_TRY_ASSIGN(files[name], read_file(entry->path(), kLargestFile));
    CINELOOM_TRY(budget.take_bytes(files[name].size(), files[name].size()));
  }
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot read '{}': {}", path.string(), error.message()));
  return files;
}

// "ml-1m/ratings.dat" and "ml-1m/movies.dat" become "ratings.dat" and "movies.dat".
SourceFiles without_top_folder(SourceFiles files) {
  if (files.empty()) return files;
  const std::string first = files.begin()->first;
  const auto slash = first.find('/');
  if (slash == std::string::npos) return files;
  const std::string top = first.substr(0, slash + 1);
  if (top == kCatalogueFolder) return files;  // a library folder of our own without viewers and reviews
  if (!std::ranges::all_of(files, [&](const auto& file) { return file.first.starts_with(top); })) return files;
  SourceFiles shorter;
  for (auto& [name, content] : files) shorter[name.substr(top.size())] = std::move(content);
  return shorter;
}

}  // namespace

Expected<SourceFiles> read_source(const fs::path& path, const CancelToken& cancel) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    CINELOOM_TRY_ASSIGN(SourceFiles files, read_folder(path, cancel));
    return without_top_folder(std::move(files));
  }
  CINELOOM_TRY_ASSIGN(std::string content, read_file(path, kLargestTotal));
  if (content.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is empty", path.string())).advise("download or export it again"));
  }
  if (!content.starts_with("PK\x03\x04")) return SourceFiles{{path.filename().string(), std::move(content)}};
  CINELOOM_TRY_ASSIGN(SourceFiles files, read_archive(path, cancel));
  return without_top_folder(std::move(files));
}

const std::string* find_file(const SourceFiles& files, std::string_view name) {
  if (const auto found = files.find(std::string(name)); found != files.end()) return &found->second;
  return nullptr;
}

}  // namespace cineloom::collect
