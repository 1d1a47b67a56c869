#include <fmt/format.h>

#include "collect/testing/golden_merge.h"
#include "parts.h"

namespace cineloom::bench {

void measure_formats(Report& report) {
  const std::filesystem::path source = CINELOOM_SOURCE_DIR;
  const std::filesystem::path samples = source / "tests" / "imports";
  report.add({.key = "import_formats",
              .value = static_cast<double>(import_formats().size()),
              .unit = "formats",
              .note = "that are recognised by content and read; each has a test",
              .bound = Bound{.must = 14, .aim = 18, .is_least = true}});
  report.add_data(samples / "golden.json");
  const auto golden = testing::read_golden(samples);
  const auto batch = testing::merge_samples(source, {samples});
  if (!golden || !batch) return report.add_missing("golden_merge_wrong", golden ? batch.error().describe() : golden.error().describe());
  const auto wrong = testing::wrong_in_merge(*batch, *golden);
  report.add({.key = "golden_merge_wrong",
              .value = static_cast<double>(wrong.size()),
              .unit = "wrong",
              .n = batch->events.size(),
              .note = wrong.empty() ? fmt::format("{} events of {} make one history", batch->events.size(), batch->source) : wrong.front(),
              .bound = Bound{.must = 0, .aim = 0}});
}

}  // namespace cineloom::bench
