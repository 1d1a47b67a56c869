#include "base/assert.h"

#include <cstdio>
#include <cstdlib>
#include <tuple>

namespace cineloom {

void assertion_failed(const char* condition, const char* file, int line) {
  std::ignore = std::fprintf(stderr, "cineloom: %s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace cineloom
