#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

struct archive;

namespace cineloom::collect {

/// A file inside a table's source: a member of an archive or folder, or the file itself.
struct Member {
  std::string name;         ///< inside the source; empty = the file itself
  std::uint64_t size = 0;   ///< as the source claims it; 0 = not known
};

/// What a path holds: members of a zip, tar or 7-Zip archive or of a folder (one level), or the one file itself (also behind gz, xz,
/// bz2 or zstd). Errors: NotFound, InvalidArgument (empty), DataLoss (damaged), ResourceExhausted (more than 4096 members).
Expected<std::vector<Member>> list_members(const std::filesystem::path& path);

/// Lines of a member, one block of memory at a time, so that files may be larger than memory.
class LineStream {
 public:
  /// Errors: NotFound; DataLoss.
  static Expected<LineStream> open(const std::filesystem::path& path, const std::string& member);

  /// Gives the next line without its end (LF or CRLF); false at the end of the file. The line lives until the next call.
  /// Errors: DataLoss for a damaged archive; InvalidArgument for a line longer than 1 MiB or more than 64 GiB in all.
  Expected<void> next(std::string_view& line, bool& is_end);
  /// Number of the last line, from 1.
  [[nodiscard]] std::int64_t number() const { return number_; }

 private:
  struct Closer {
    void operator()(archive* handle) const;
  };
  enum class Refill { Got, End };
  Expected<Refill> read_more();

  std::filesystem::path path_;
  std::unique_ptr<archive, Closer> handle_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t total_ = 0;
  std::int64_t number_ = 0;
  bool is_drained_ = false;
};

}  // namespace cineloom::collect
