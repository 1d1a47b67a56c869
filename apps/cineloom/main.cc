#include <cstdio>
#include <exception>
#include <tuple>

#include "cli/command_line.h"

int main(int argc, char** argv) {
  try {
    return cineloom::cli::run_command_line(argc, argv);
  } catch (const std::exception& exception) {
    std::ignore = std::fprintf(stderr, "cineloom: a fault of the program: %s\n", exception.what());
    return 1;
  }
}
