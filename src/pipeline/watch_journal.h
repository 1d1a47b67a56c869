#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"

namespace cineloom {

/// The marks of a film that is being watched, in a file that outlives the process: an interruption costs seconds, not hours. Each mark is
/// written whole or is not there; what a power cut left torn is dropped. For one process and thread.
class WatchJournal {
 public:
  /// `film` names the file in `folder`, `key` all that must be the same for the marks to count: the film, the program, what it watches
  /// with. A journal of another key, or a damaged one, begins empty. Of other films' journals the newest few are kept.
  static WatchJournal open(const std::filesystem::path& folder, std::string_view film, std::string_view key);
  /// Removes the film's journal where there is one.
  static void remove(const std::filesystem::path& folder, std::string_view film);

  [[nodiscard]] const std::vector<std::string>& marks() const { return marks_; }
  /// The same; they leave this process's memory, not the file.
  [[nodiscard]] std::vector<std::string> take_marks() { return std::exchange(marks_, {}); }
  /// A journal that cannot be written (a full disk), or has grown beyond what is read again, takes no more: the watching goes on without.
  void append(std::string_view mark);
  void clear();

 private:
  void write(std::string_view bytes);

  std::filesystem::path path_;
  std::string head_;
  std::vector<std::string> marks_;  ///< as they were when it was opened
  FileDescriptor file_;             ///< -1 = nothing can be written
  std::uint64_t size_ = 0;          ///< of the file
};

}  // namespace cineloom
