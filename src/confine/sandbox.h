#pragma once

#include <cstdint>
#include <string>

#include "base/expected.h"

namespace cineloom {

enum class Threads { Refuse, Allow };

struct SandboxLimits {
  std::uint64_t memory_bytes = 2ULL << 30U;  ///< of address space; 0 = not limited
  std::uint64_t processor_seconds = 6ULL * 3600ULL;  ///< 0 = not limited
  Threads threads = Threads::Refuse;
};

/// How far the kernel lets this process be confined.
struct SandboxLevel {
  int landlock_abi = 0;      ///< 0 = this kernel has none: only the system call filter stands between it and the files
  bool is_filtered = false;  ///< system calls outside a short list kill the process
  /// "file system closed (landlock 7), system calls filtered".
  [[nodiscard]] std::string describe() const;
};

/// Gives up for good, for this process and all its threads: opening files, sockets, starting programs, new privileges,
/// executable memory. Descriptors that are open stay usable. Call it after the libraries are loaded and before the
/// first foreign byte is read. Errors: Unavailable if the filter cannot be set.
Expected<SandboxLevel> confine_this_process(const SandboxLimits& limits);

/// The level this kernel offers, without confining anything; for `cineloom doctor`.
SandboxLevel available_sandbox();

}  // namespace cineloom
