#include "recording_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace cineloom::torture {
namespace {

using Kind = DiskOperation::Kind;

struct Recorder {
  std::mutex mutex;
  DiskLog log;
  sqlite3_vfs vfs{};
  sqlite3_vfs* below = nullptr;

  int number_of(const char* path) {
    const std::string name = path == nullptr ? "" : path;
    const auto found = std::ranges::find(log.files, name);
    if (found != log.files.end()) return static_cast<int>(found - log.files.begin());
    log.files.push_back(name);
    return static_cast<int>(log.files.size()) - 1;
  }
  void note(DiskOperation operation) {
    const std::lock_guard lock(mutex);
    log.operations.push_back(std::move(operation));
  }
};

Recorder& recorder() {
  static Recorder instance;
  return instance;
}

/// An open file; the real one lies behind it in the same memory.
struct RecordedFile {
  sqlite3_file base;
  int number;
  bool is_folder_to_sync;  ///< SQLite syncs the folder of a new journal together with it, once
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

RecordedFile& of(sqlite3_file* file) { return *reinterpret_cast<RecordedFile*>(file); }
sqlite3_file* below(sqlite3_file* file) { return of(file).below(); }

// Noted before it is done: what is under way when the power goes may be there or not, as what was done and not synced.
int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  recorder().note(
      {.kind = Kind::Write, .file = of(file).number, .offset = offset, .bytes = std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))});
  return below(file)->pMethods->xWrite(below(file), bytes, size, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  recorder().note({.kind = Kind::Truncate, .file = of(file).number, .offset = size});
  return below(file)->pMethods->xTruncate(below(file), size);
}
// Noted after it was done: until then nothing is sure.
int sync(sqlite3_file* file, int flags) {
  const int result = below(file)->pMethods->xSync(below(file), flags);
  if (result == SQLITE_OK) recorder().note({.kind = Kind::Sync, .file = of(file).number, .is_with_folder = std::exchange(of(file).is_folder_to_sync, false)});
  return result;
}
int close(sqlite3_file* file) { return below(file)->pMethods->xClose(below(file)); }
int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) { return below(file)->pMethods->xRead(below(file), bytes, size, offset); }
int file_size(sqlite3_file* file, sqlite3_int64* size) { return below(file)->pMethods->xFileSize(below(file), size); }
int lock(sqlite3_file* file, int level) { return below(file)->pMethods->xLock(below(file), level); }
int unlock(sqlite3_file* file, int level) { return below(file)->pMethods->xUnlock(below(file), level); }
int check_lock(sqlite3_file* file, int* result) { return below(file)->pMethods->xCheckReservedLock(below(file), result); }
int file_control(sqlite3_file* file, int what, void* argument) { return below(file)->pMethods->xFileControl(below(file), what, argument); }
int sector_size(sqlite3_file* file) { return below(file)->pMethods->xSectorSize(below(file)); }
// Nothing is promised of the disk: neither atomic sectors nor writes in order.
int characteristics(sqlite3_file*) { return 0; }
int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return below(file)->pMethods->xShmMap(below(file), region, size, extend, memory);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) { return below(file)->pMethods->xShmLock(below(file), offset, count, flags); }
void barrier(sqlite3_file* file) { below(file)->pMethods->xShmBarrier(below(file)); }
int unmap_shared(sqlite3_file* file, int is_deleting) { return below(file)->pMethods->xShmUnmap(below(file), is_deleting); }

constexpr sqlite3_io_methods kMethods{.iVersion = 2,
                                      .xClose = close,
                                      .xRead = read,
                                      .xWrite = write,
                                      .xTruncate = truncate,
                                      .xSync = sync,
                                      .xFileSize = file_size,
                                      .xLock = lock,
                                      .xUnlock = unlock,
                                      .xCheckReservedLock = check_lock,
                                      .xFileControl = file_control,
                                      .xSectorSize = sector_size,
                                      .xDeviceCharacteristics = characteristics,
                                      .xShmMap = map_shared,
                                      .xShmLock = lock_shared,
                                      .xShmBarrier = barrier,
                                      .xShmUnmap = unmap_shared,
                                      .xFetch = nullptr,
                                      .xUnfetch = nullptr};

int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out) {
  {
    const std::lock_guard held(recorder().mutex);
    of(file).number = recorder().number_of(path);
  }
  of(file).is_folder_to_sync = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  const int result = recorder().below->xOpen(recorder().below, path, below(file), flags, flags_out);
  of(file).base.pMethods = below(file)->pMethods == nullptr ? nullptr : &kMethods;
  return result;
}

int remove(sqlite3_vfs*, const char* path, int is_synced) {
  const int result = recorder().below->xDelete(recorder().below, path, is_synced);
  if (result == SQLITE_OK) {
    const std::lock_guard held(recorder().mutex);
    recorder().log.operations.push_back({.kind = Kind::Delete, .file = recorder().number_of(path), .is_with_folder = is_synced != 0});
  }
  return result;
}

}  // namespace

RecordingVfs::RecordingVfs() {
  Recorder& state = recorder();
  state.log = {};
  state.below = sqlite3_vfs_find("unix");
  state.vfs = *state.below;  // what is not said otherwise takes no file, so the real one's functions do
  state.vfs.zName = "recording";
  state.vfs.szOsFile = static_cast<int>(sizeof(RecordedFile)) + state.below->szOsFile;
  state.vfs.xOpen = open;
  state.vfs.xDelete = remove;
  sqlite3_vfs_register(&state.vfs, 1);
}

RecordingVfs::~RecordingVfs() { sqlite3_vfs_unregister(&recorder().vfs); }

void RecordingVfs::note_promise(std::int64_t number) { recorder().note({.kind = Kind::Promise, .offset = number}); }

DiskLog RecordingVfs::take_log() {
  const std::lock_guard lock(recorder().mutex);
  return std::exchange(recorder().log, {});
}

}  // namespace cineloom::torture
