// Seeing, hearing and reading films: how true, then how fast beside decoding alone.
//   ./dev bench films               everything
//   bench_films --only shots        one part
#include <array>
#include <string_view>

#include "parts.h"

namespace cineloom::bench {

std::filesystem::path films_folder() { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "../shared/data/films"; }
std::filesystem::path demo_folder() { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "demo/library"; }

namespace {

constexpr std::array kParts{Part{"shots", measure_shots}, Part{"camera", measure_camera}, Part{"watching", measure_watching}, Part{"reading", measure_reading}};

int measure(std::span<char*> arguments) {
  if (arguments.size() == 4 && std::string_view(arguments[1]) == "--run") return run_watching(arguments[2], arguments[3]);
  Report report("films", 1);
  for (const char* name : {"big_buck_bunny_360p.mp4", "climate.mp4", "news.mp4"}) {
    if (std::filesystem::exists(films_folder() / name)) report.add_data(films_folder() / name);
  }
  report.add_data(demo_folder() / "the-moon-in-the-reeds.mp4");
  return run_parts(report, kParts, arguments);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) { return cineloom::bench::measure({arguments, static_cast<std::size_t>(count)}); }
