#include <array>
#include <string_view>

#include "llm/worker.h"
#include "parts.h"

namespace cineloom::bench {

std::filesystem::path random_model(const std::string& name, const llm::LlamaShape& shape, llm::WeightType type) {
  const std::filesystem::path folder = std::filesystem::path(CINELOOM_BINARY_DIR) / "random-models";
  std::filesystem::create_directories(folder);
  const auto file = folder / (name + ".gguf");
  std::error_code error;
  if (std::filesystem::exists(file, error)) return file;
  if (!llm::write_random_llama(file, shape, type, 1)) std::filesystem::remove(file, error);
  return file;
}

std::unique_ptr<llm::InProcessBackend> open_model(Report& report, const std::filesystem::path& file, int context, int sequences, int threads,
                                                  std::initializer_list<std::string> keys) {
  auto model = llm::InProcessBackend::open({.program = "/proc/self/exe", .model = file, .context = context, .sequences = sequences, .threads = threads});
  if (model) return std::move(*model);
  for (const std::string& key : keys) report.add_missing(key, model.error().describe());
  return nullptr;
}

}  // namespace cineloom::bench

int main(int argc, char** argv) {
  // The measured models run in children of this very program.
  if (argc == 3 && std::string_view(argv[1]) == "worker") return cineloom::llm::run_llm_worker() ? 0 : 1;
  using namespace cineloom::bench;
  constexpr std::array kParts = {Part{"speed", measure_speed},           Part{"sharing", measure_sharing}, Part{"schemas", measure_schemas},
                                 Part{"hostile", measure_hostile_files}, Part{"story", measure_story},     Part{"tune", measure_tuning}};
  Report report("llm", 1);
  return run_parts(report, kParts, {argv, static_cast<std::size_t>(argc)});
}
