// The models of texts against their peers' measured figures: accuracy on test parts, then speed from raw text to decision, on one core.
//   ./dev bench text                   everything
//   bench_text --only emotions         one part
#include <array>
#include <string_view>

#include "parts.h"

namespace cineloom::bench {

std::filesystem::path text_folder() { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "../shared/data/text"; }
std::filesystem::path models_folder() { return std::filesystem::path(CINELOOM_SOURCE_DIR) / "models/text"; }

namespace {

constexpr std::array kParts{Part{"reviews", measure_reviews},          Part{"emotions", measure_emotions}, Part{"affect", measure_affect},
                            Part{"affect_zh", measure_chinese_affect}, Part{"chinese", measure_chinese},   Part{"encodings", measure_encodings},
                            Part{"duplicates", measure_duplicates},    Part{"search", measure_search},     Part{"turning_points", measure_turning_points}};

int measure(std::span<char*> arguments) {
  Report report("text", 1);
  for (const char* name :
       {"imdb_test.tsv.xz", "goemotions_test.tsv.xz", "emobank.csv.xz", "chinese_emobank.tar.xz", "chnsenticorp_test.tsv.xz", "tripod_synopses.tar.xz"}) {
    if (std::filesystem::exists(text_folder() / name)) report.add_data(text_folder() / name);
  }
  return run_parts(report, kParts, arguments);
}

}  // namespace
}  // namespace cineloom::bench

int main(int count, char** arguments) { return cineloom::bench::measure({arguments, static_cast<std::size_t>(count)}); }
