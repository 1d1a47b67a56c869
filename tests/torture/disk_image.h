#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "base/expected.h"
#include "base/random.h"
#include "recording_vfs.h"

namespace cineloom::torture {

/// Files as a disk holds them that promises no more than POSIX: what was synced is there, of what was not any sectors may be, in any
/// order, and a file that was never synced may be missing.
class DiskImage {
 public:
  /// Plays the operations of the log up to `end`, from where the last call stopped; the log must outlive this.
  void advance(const DiskLog& log, std::size_t end);
  /// Writes one of the states that a power cut now may leave into a folder that is empty.
  Expected<void> cut_power(const DiskLog& log, const std::filesystem::path& folder, Random& random) const;

 private:
  struct File {
    bool is_there = false;     ///< in its folder, for sure
    std::string bytes;         ///< for sure, if it is there
    std::string buried;        ///< of a file that was deleted, but may still be there
    bool may_be_back = false;
    std::vector<const DiskOperation*> unsure;
  };
  void play(const DiskOperation& operation);
  void sync_folder();

  std::map<int, File> files_;
  std::size_t played_ = 0;
};

}  // namespace cineloom::torture
