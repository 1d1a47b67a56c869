#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cineloom::story {

/// A zip archive whose files are stored, not packed, and have no dates: the same files give the same bytes.
class StoredZip {
 public:
  static constexpr std::size_t kMostFiles = 65'000;

  /// `name` is UTF-8 with '/' between folders. At most kMostFiles files and 4 GiB in all.
  void add(std::string_view name, std::string_view content);
  [[nodiscard]] std::string finish() &&;

 private:
  std::string bytes_;
  std::string directory_;
  std::uint16_t files_ = 0;
};

}  // namespace cineloom::story
