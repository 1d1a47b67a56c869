#pragma once

namespace cineloom {

/// Prints where and what, then aborts. For faults of ours only, never for input.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace cineloom

/// What must not happen; on in every build.
#define CINELOOM_ASSERT(condition)                                                                   \
  do {                                                                                               \
    if (!(condition)) [[unlikely]] { ::cineloom::assertion_failed(#condition, __FILE__, __LINE__); } \
  } while (false)
