#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <tuple>

#include "llm/worker.h"

/// Include it in one file of a program of tests: started as `... worker llm`, the program is the model's child instead.
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

}  // namespace cineloom::llm
