#pragma once

#include <cstdio>
#include <string>
#include <tuple>

namespace cineloom {

/// What this program was started with, a space behind each word; for programs of tests that start themselves as a confined child and have to
/// know it before main. Empty where the system does not say.
inline std::string own_words() {
  std::string words;
  FILE* file = std::fopen("/proc/self/cmdline", "re");
  if (file == nullptr) return words;
  for (int letter = std::fgetc(file); letter != EOF; letter = std::fgetc(file)) words += static_cast<char>(letter == 0 ? ' ' : letter);
  std::ignore = std::fclose(file);  // read only
  return words;
}

}  // namespace cineloom
