// Loaded before the C library, it kills the program at a chosen call that writes, lets calls fail, or fills the disk.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fault_control.h"

namespace {

using cineloom::torture::FaultControl;

FaultControl* map_control() {
  const char* file = std::getenv(cineloom::torture::kControlVariable);
  const int descriptor = file == nullptr ? -1 : ::open(file, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  void* const page = ::mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  return page == MAP_FAILED ? nullptr : static_cast<FaultControl*>(page);
}

FaultControl* control() {
  static FaultControl* const page = map_control();
  return page;
}

bool is_ours(std::string_view path) {
  static const char* const folder = std::getenv(cineloom::torture::kFolderVariable);
  return folder != nullptr && path.starts_with(folder) && !path.ends_with("-shm");
}

bool is_ours(int descriptor) {
  std::array<char, 32> link{};
  std::array<char, 1024> path{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", descriptor);
  const ssize_t size = ::readlink(link.data(), path.data(), path.size());
  return size > 0 && is_ours(std::string_view(path.data(), static_cast<std::size_t>(size)));
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// Counts a call; then it is done whole, by `half`, or fails. `whole` and `half` give what the call gives.
template <class Result, class Whole, class Half>
Result meet_fate(Whole whole, Half half) {
  FaultControl& faults = *control();
  const std::int64_t call = faults.calls.fetch_add(1);
  const std::int64_t kill_at = faults.kill_at.load();
  if (kill_at == 2 * call) die();
  if (kill_at == 2 * call + 1) {
    half();
    die();
  }
  const std::int64_t from = faults.fail_from.load();
  if (from >= 0 && call >= from && call < from + faults.fail_count.load()) {
    errno = faults.fail_with.load();
    return Result(-1);
  }
  return whole();
}

/// True if the file may grow as far as `end`.
bool has_room(int descriptor, std::int64_t end) {
  FaultControl& faults = *control();
  struct stat status{};
  if (faults.room.load() < 0 || ::fstat(descriptor, &status) != 0) return true;
  const std::int64_t growth = std::max<std::int64_t>(0, end - status.st_size);
  if (faults.room.load() < growth) return false;
  faults.room.fetch_sub(growth);
  return true;
}

template <class Write>
ssize_t write_with_faults(int descriptor, std::int64_t end, std::size_t size, Write write) {
  if (control() == nullptr || !is_ours(descriptor)) return write(size);
  const auto whole = [&]() -> ssize_t {
    if (!has_room(descriptor, end)) {
      errno = ENOSPC;
      return -1;
    }
    return control()->is_swallowing.load() != 0 ? static_cast<ssize_t>(size) : write(size);
  };
  return meet_fate<ssize_t>(whole, [&] { write(size / 2); });
}

template <class Target, class Call>
int call_with_faults(const Target& target, Call call) {
  if (control() == nullptr || !is_ours(target)) return call();
  return meet_fate<int>(call, call);
}

}  // namespace

extern "C" {

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  static const auto next = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return write_with_faults(descriptor, offset + static_cast<std::int64_t>(size), size, [&](std::size_t part) { return next(descriptor, bytes, part, offset); });
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static const auto next = real<ssize_t(int, const void*, size_t)>("write");
  if (control() == nullptr || !is_ours(descriptor)) return next(descriptor, bytes, size);
  const std::int64_t end = ::lseek(descriptor, 0, SEEK_CUR) + static_cast<std::int64_t>(size);
  return write_with_faults(descriptor, end, size, [&](std::size_t part) { return next(descriptor, bytes, part); });
}

int fsync(int descriptor) {
  static const auto next = real<int(int)>("fsync");
  return call_with_faults(descriptor, [&] { return next(descriptor); });
}

int fdatasync(int descriptor) {
  static const auto next = real<int(int)>("fdatasync");
  return call_with_faults(descriptor, [&] { return next(descriptor); });
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  static const auto next = real<int(int, off64_t)>("ftruncate64");
  return call_with_faults(descriptor, [&] { return next(descriptor, size); });
}

int unlink(const char* path) noexcept {
  static const auto next = real<int(const char*)>("unlink");
  return call_with_faults(std::string_view(path), [&] { return next(path); });
}

int rename(const char* from, const char* to) noexcept {
  static const auto next = real<int(const char*, const char*)>("rename");
  return call_with_faults(std::string_view(to), [&] { return next(from, to); });
}
}
