#pragma once

#include <atomic>
#include <cstdint>

namespace cineloom::torture {

/// What the fault library does to a program, in a page that both map. Calls are those that write: pwrite, write, fsync, fdatasync,
/// ftruncate, rename and unlink of files in one folder.
struct FaultControl {
  std::atomic<std::int64_t> calls{0};       ///< so far
  std::atomic<std::int64_t> kill_at{-1};    ///< 2n: killed before call n; 2n + 1: when half of it is written, or after it
  std::atomic<std::int64_t> fail_from{-1};  ///< from this call on, `fail_count` calls fail with `fail_with`
  std::atomic<std::int64_t> fail_count{0};
  std::atomic<int> fail_with{0};            ///< an errno
  std::atomic<int> is_swallowing{0};        ///< 1: writes are said to be done and are not
  std::atomic<std::int64_t> room{-1};       ///< bytes by which files may still grow; -1 = without limit
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "the page is shared by two programs");

inline constexpr auto kControlVariable = "CINELOOM_FAULT_CONTROL";
inline constexpr auto kFolderVariable = "CINELOOM_FAULT_FOLDER";

}  // namespace cineloom::torture
