#include <fmt/format.h>

#include "base/files.h"
#include "base/random.h"
#include "break_gguf.h"
#include "llm/gguf.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

constexpr int kFiles = 1000;

}  // namespace

void measure_hostile_files(Report& report) {
  const auto good = read_file(random_model("tiny", {}, llm::WeightType::F32));
  const auto folder = TemporaryFolder::create();
  if (!good || !folder) return report.add_missing("hostile_gguf_survived", "no file to begin with");
  Random random(9);
  int answered = 0;
  int refused_before = 0;
  int refused_by_child = 0;
  int opened = 0;
  for (int i = 0; i < kFiles; ++i) {
    const auto file = folder->path() / "hostile.gguf";
    if (!write_file(file, break_gguf(*good, i, random))) return report.add_missing("hostile_gguf_survived", "cannot write a file");
    const auto header = llm::read_gguf_file(file);
    const auto model = llm::InProcessBackend::open({.program = "/proc/self/exe", .model = file, .context = 256, .sequences = 1, .threads = 1});
    const bool is_clear = model || !model.error().message().empty();
    answered += is_clear ? 1 : 0;
    (model ? opened : header ? refused_by_child : refused_before) += 1;
  }
  report.add({"hostile_gguf_survived", static_cast<double>(answered) / kFiles, "", kFiles,
              fmt::format("{} refused by our check, {} by the child or with its death, {} were harmless and opened", refused_before, refused_by_child, opened),
              Bound{.must = 1, .aim = 1, .is_least = true}});
}

}  // namespace cineloom::bench
