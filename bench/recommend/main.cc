// The recommender against its peers' measured figures: quality on held-out data, then time.
//   ./dev bench recommend            everything
//   bench_recommend --only strong    one part
#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "data.h"

namespace cineloom::bench {
namespace {

struct Part {
  std::string_view name;
  void (*measure)(Report&);
  bool is_asked_for = false;  ///< runs only behind --only
};
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
  const auto only = std::ranges::find(arguments, std::string_view("--only"));
  if (arguments.size() > 1 && std::string_view(arguments[1]) != "--only" && std::string_view(arguments[1]) != "--out") {
    std::fputs("usage: bench_recommend [--out FILE] [--only PART...]; parts:", stderr);
    for (const Part& part : kParts) std::fprintf(stderr, " %s", part.name.data());
    std::fputs("\n", stderr);
    return 2;
  }
  Report report("recommend", 1);
  for (const char* name : {"ml-1m.zip", "ml-100k.zip", "ml-1m-sequences.txt.xz", "ml-1m-strong/train.csv", "ml-1m-strong/test_te.csv"}) {
    if (std::filesystem::exists(ratings_folder() / name)) report.add_data(ratings_folder() / name);
  }
  for (const Part& part : kParts) {
    if (only == arguments.end() ? !part.is_asked_for : std::find(only, arguments.end(), part.name) != arguments.end()) part.measure(report);
  }
  return report.finish(arguments);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) { return cineloom::bench::measure({arguments, static_cast<std::size_t>(count)}); }
