// The recommender against its peers' measured figures: quality on held-out data, then time.
//   ./dev bench recommend            everything
//   bench_recommend --only strong    one part
#include <array>
#include <string_view>

#include "data.h"

namespace cineloom::bench {
namespace {

constexpr std::array kParts{Part{"strong", measure_strong},
                            Part{"cold", measure_cold},
                            Part{"next", measure_next},
                            Part{"ratings", measure_ratings},
                            Part{"ratings-quick", measure_ratings_quickly, true},
                            Part{"speed", measure_speed},
                            Part{"ease-speed", measure_ease_speed},
                            Part{"product", measure_product},
                            Part{"library", measure_library}};

int measure(std::span<char*> arguments) {
  Report report("recommend", 1);
  for (const char* name : {"ml-1m.zip", "ml-100k.zip", "ml-1m-sequences.txt.xz", "ml-1m-strong/train.csv", "ml-1m-strong/test_te.csv"}) {
    if (std::filesystem::exists(ratings_folder() / name)) report.add_data(ratings_folder() / name);
  }
  return run_parts(report, kParts, arguments);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) { return cineloom::bench::measure({arguments, static_cast<std::size_t>(count)}); }
