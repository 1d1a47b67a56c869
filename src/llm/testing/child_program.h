#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <tuple>

#include "llm/worker.h"

/// Where a program of tests includes it: started as `... worker llm`, the program is the model's child instead.
namespace cineloom::llm {

inline const bool kIsChildProgram = [] {
  std::string words;
  FILE* file = std::fopen("/proc/self/cmdline", "re");
  if (file == nullptr) return false;
  for (int letter = std::fgetc(file); letter != EOF; letter = std::fgetc(file)) words += static_cast<char>(letter);
  std::ignore = std::fclose(file);  // read only
  if (words.find(std::string("\0worker\0llm\0", 12)) == std::string::npos) return false;
  ::_exit(run_llm_worker() ? 0 : 1);
}();

/// What the tests start as a model's child: themselves, or the program in CINELOOM_CHILD_PROGRAM, since what the thread sanitizer keeps does not
/// fit into a confined child.
inline std::string child_program() {
  const char* other = std::getenv("CINELOOM_CHILD_PROGRAM");
  return other == nullptr ? "/proc/self/exe" : other;
}

}  // namespace cineloom::llm
