// What is promised to viewers, attacked: privacy of training, of exports, and of what is erased.
//   ./dev bench trust            everything
//   bench_trust --only linkage   one part
#include <array>

#include "data.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

constexpr std::array kParts{Part{"accountants", measure_accountants}, Part{"learning", measure_private_learning}, Part{"sensitivity", measure_sensitivity},
                            Part{"membership", measure_membership},   Part{"linkage", measure_linkage},           Part{"erasure", measure_erasure},
                            Part{"sealing", measure_sealing},         Part{"login_flood", measure_login_flood}};

int measure(std::span<char*> arguments) {
  Report report("trust", 1);
  for (const char* name : {"ml-1m.zip", "ml-1m-strong/train.csv", "ml-1m-strong/test_te.csv"}) {
    if (std::filesystem::exists(ratings_folder() / name)) report.add_data(ratings_folder() / name);
  }
  for (const char* key : {"kills", "acked_lost", "power_cuts", "power_cut_lost", "mutant_detected", "overload_goodput", "overload_p99_ms"}) {
    report.add_missing(key, "./dev torture measures it, into build/bench/torture.json");
  }
  return run_parts(report, kParts, arguments);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) { return cineloom::bench::measure({arguments, static_cast<std::size_t>(count)}); }
