#include "collect/internal/line_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>

namespace cineloom::collect {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 1U << 20U;
constexpr std::size_t kLongestLine = 1U << 20U;
constexpr std::uint64_t kMostBytes = 64ULL << 30U;
constexpr std::size_t kMostMembers = 4096;

std::unexpected<Error> damaged(archive* handle, const fs::path& path) {
  const char* reason = archive_error_string(handle);
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("'{}' cannot be unpacked: {}", path.string(), reason == nullptr ? "unknown" : reason))
                             .advise("download or export it again"));
}

archive* new_reader() {
  archive* handle = archive_read_new();
  archive_read_support_filter_all(handle);
  archive_read_support_format_zip(handle);
  archive_read_support_format_tar(handle);
  archive_read_support_format_7zip(handle);
  archive_read_support_format_raw(handle);
  return handle;
}

Expected<void> check_file(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error))
    return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no file '{}'", path.string())).advise("check the path"));
  if (!fs::is_directory(path, error) && fs::file_size(path, error) == 0) return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is empty", path.string()));
  return {};
}

Expected<std::vector<Member>> list_folder(const fs::path& path) {
  std::vector<Member> members;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    members.push_back({.name = entry->path().filename().string(), .size = entry->file_size(error)});
    if (members.size() > kMostMembers) return fail(ErrorCode::ResourceExhausted, fmt::format("'{}' holds more than {} files", path.string(), kMostMembers));
  }
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot read '{}': {}", path.string(), error.message()));
  std::ranges::sort(members, {}, &Member::name);
  return members;
}

}  // namespace

void LineStream::Closer::operator()(archive* handle) const { archive_read_free(handle); }

Expected<std::vector<Member>> list_members(const fs::path& path) {
  CINELOOM_TRY(check_file(path));
  std::error_code error;
  if (fs::is_directory(path, error)) return list_folder(path);
  struct Freer {
    void operator()(archive* handle) const { archive_read_free(handle); }
  };
  const std::unique_ptr<archive, Freer> handle(new_reader());
  if (archive_read_open_filename(handle.get(), path.c_str(), kBlock) != ARCHIVE_OK) return damaged(handle.get(), path);
  std::vector<Member> members;
  for (archive_entry* entry = nullptr;;) {
    const int result = archive_read_next_header(handle.get(), &entry);
    if (result == ARCHIVE_EOF) break;
    if (result != ARCHIVE_OK) return damaged(handle.get(), path);
    if (archive_format(handle.get()) == ARCHIVE_FORMAT_RAW) return std::vector<Member>{{.name = "", .size = fs::file_size(path, error)}};
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG) continue;
    members.push_back({.name = name, .size = static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry)))});
    if (members.size() > kMostMembers) return fail(ErrorCode::ResourceExhausted, fmt::format("'{}' holds more than {} files", path.string(), kMostMembers));
  }
  return members;
}

Expected<LineStream> LineStream::open(const fs::path& path, const std::string& member) {
  std::error_code error;
  const bool is_folder = fs::is_directory(path, error);
  const fs::path file = is_folder ? path / member : path;
  CINELOOM_TRY(check_file(file));
  LineStream stream;
  stream.path_ = file;
  stream.handle_.reset(new_reader());
  if (archive_read_open_filename(stream.handle_.get(), file.c_str(), kBlock) != ARCHIVE_OK) return damaged(stream.handle_.get(), file);
  for (archive_entry* entry = nullptr;;) {
    const int result = archive_read_next_header(stream.handle_.get(), &entry);
    if (result == ARCHIVE_EOF) break;
    if (result != ARCHIVE_OK) return damaged(stream.handle_.get(), file);
    const char* name = archive_entry_pathname(entry);
    if (is_folder || member.empty() || (name != nullptr && name == member)) return stream;
  }
  return fail(ErrorCode::NotFound, fmt::format("'{}' holds no '{}'", path.string(), member));
}

Expected<LineStream::Refill> LineStream::read_more() {
  if (is_drained_) return Refill::End;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t before = buffer_.size();
  if (before > kLongestLine) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}': line {} is longer than {} bytes", path_.string(), number_ + 1, kLongestLine))
                               .advise("give a table with one event per line: CSV, TSV or NDJSON"));
  }
  buffer_.resize(before + kBlock);
  const la_ssize_t got = archive_read_data(handle_.get(), buffer_.data() + before, kBlock);
  if (got < 0) return damaged(handle_.get(), path_);
  buffer_.resize(before + static_cast<std::size_t>(got));
  total_ += static_cast<std::uint64_t>(got);
  if (total_ > kMostBytes) return fail(ErrorCode::ResourceExhausted, fmt::format("'{}' unpacks to more than {} GiB", path_.string(), kMostBytes >> 30U));
  is_drained_ = got == 0;
  return is_drained_ ? Refill::End : Refill::Got;
}

Expected<void> LineStream::next(std::string_view& line, bool& is_end) {
  is_end = false;
  for (;;) {
    const auto end = buffer_.find('\n', at_);
    if (end == std::string::npos) {
      CINELOOM_TRY_ASSIGN(const Refill refill, read_more());
      if (refill == Refill::Got) continue;
      if (at_ >= buffer_.size()) {
        is_end = true;
        return {};
      }
    }
    line = std::string_view(buffer_).substr(at_, end == std::string::npos ? std::string::npos : end - at_);
    at_ = end == std::string::npos ? buffer_.size() : end + 1;
    if (number_++ == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return {};
  }
}

}  // namespace cineloom::collect
