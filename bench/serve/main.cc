// What the program exchanges with others, and how fast.
#include <array>

#include "parts.h"

int main(int count, char** arguments) {
  using namespace cineloom::bench;
  Report report("serve", 20261127);
  constexpr std::array kParts = {Part{"formats", measure_formats},
                                 Part{"file_names", measure_file_names},
                                 Part{"identity", measure_identity},
                                 Part{"import_25m", measure_large_import},
                                 Part{"bulk", measure_bulk},
                                 Part{"idle", measure_idle},
                                 Part{"small_load", measure_small_load},
                                 Part{"ranks", measure_ranks},
                                 Part{"nodes", measure_nodes},
                                 Part{"open_load", measure_open_load, true}};
  report.add_missing("p99_ms_1000rps_100k", "training on 100,000 films takes a quarter of an hour: --only open_load asks for it");
  return run_parts(report, kParts, std::span(arguments, static_cast<std::size_t>(count)));
}
