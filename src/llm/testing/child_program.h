#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "confine/testing/own_words.h"
#include "llm/worker.h"

/// Where a program of tests includes it: started as `... worker llm`, the program is the model's child instead.
namespace cineloom::llm {

inline const bool kIsChildProgram = [] {
  if (!own_words().ends_with(" worker llm ")) return false;
  ::_exit(run_llm_worker() ? 0 : 1);
}();

/// What the tests start as a model's child: themselves, or the program in CINELOOM_CHILD_PROGRAM, since what the thread sanitizer keeps does not
/// fit into a confined child.
inline std::string child_program() {
  const char* other = std::getenv("CINELOOM_CHILD_PROGRAM");
  return other == nullptr ? "/proc/self/exe" : other;
}

}  // namespace cineloom::llm
