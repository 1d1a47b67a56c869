#pragma once

#include <cstdint>

namespace cineloom {

/// Bytes that this process may still take without pushing others out: what the system calls available, less where a cgroup allows
/// less. 0 where neither can be read.
std::uint64_t available_memory();

}  // namespace cineloom
