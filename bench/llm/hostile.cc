#include <fmt/format.h>

#include "base/files.h"
#include "base/random.h"
#include "llm/gguf.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

constexpr int kFiles = 1000;
constexpr std::size_t kHeaderBytes = 9000;

/// Fuzzed headers, huge counts, cut files, weights that are no numbers.
std::string break_file(std::string bytes, int kind, Random& random) {
  const auto put = [&](std::size_t at, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
  };
  switch (kind % 4) {
    case 0:
      for (std::uint64_t i = 0; i < 1 + random.below(4); ++i) bytes[random.below(kHeaderBytes)] = static_cast<char>(random());
      break;
    case 1: put(8 + 8 * random.below(2), random() >> random.below(60), 8); break;
    case 2: bytes.resize(random.below(bytes.size())); break;
    default:
      for (int i = 0; i < 3; ++i) put(bytes.size() - 8 - 4 * random.below(bytes.size() / 8), 0x7FC00000U | random.below(1U << 20U), 4);
  }
  return bytes;
}

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
    if (!write_file(file, break_file(*good, i, random))) return report.add_missing("hostile_gguf_survived", "cannot write a file");
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
