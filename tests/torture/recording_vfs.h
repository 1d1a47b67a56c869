#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace cineloom::torture {

/// What a program did to files, in order, and what it was promised meanwhile.
struct DiskOperation {
  enum class Kind { Write, Truncate, Sync, Delete, Promise };
  Kind kind = Kind::Write;
  int file = -1;                ///< number of the file in DiskLog::files
  std::int64_t offset = 0;      ///< of a write; the new size of a truncation; number of the promise
  std::string bytes;
  bool is_with_folder = false;  ///< of a sync or a deletion: the folder was synced as well
};

struct DiskLog {
  std::vector<std::string> files;  ///< paths
  std::vector<DiskOperation> operations;
};

/// While one lives, SQLite's files of this process go through it: everything reaches the real disk, and is written down. Shared memory
/// is not: it does not survive a power cut. One at a time.
class RecordingVfs {
 public:
  RecordingVfs();
  ~RecordingVfs();
  RecordingVfs(const RecordingVfs&) = delete;
  RecordingVfs& operator=(const RecordingVfs&) = delete;

  /// Notes that promise number `number` was given now. Thread-safe.
  void note_promise(std::int64_t number);
  DiskLog take_log();
};

}  // namespace cineloom::torture
