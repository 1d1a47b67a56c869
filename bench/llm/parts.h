#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "llm/gguf_writer.h"
#include "llm/in_process.h"
#include "report.h"

/// The parts of `./dev bench llm`.
namespace cineloom::bench {

/// TinyLlama's shape, and one of a tenth.
inline constexpr llm::LlamaShape kBillion = {.width = 2048, .layers = 22, .heads = 32, .shared_heads = 4, .hidden = 5632, .context = 2048, .vocabulary = 4096};
inline constexpr llm::LlamaShape kHundredMillion = {
    .width = 768, .layers = 12, .heads = 12, .shared_heads = 12, .hidden = 2048, .context = 2048, .vocabulary = 4096};

/// A model of random weights in the build folder, made once.
std::filesystem::path random_model(const std::string& name, const llm::LlamaShape& shape, llm::WeightType type);
/// Opens it, or leaves the keys out with the reason.
std::unique_ptr<llm::InProcessBackend> open_model(Report& report, const std::filesystem::path& file, int context, int sequences, int threads,
                                                  std::initializer_list<std::string> keys);

/// decode_over_bandwidth, batch8_speedup.
void measure_speed(Report& report);
/// prefix_tokens_reevaluated, cancel_ms, cancel_8_clients.
void measure_sharing(Report& report);
/// schema_valid_share.
void measure_schemas(Report& report);
/// hostile_gguf_survived.
void measure_hostile_files(Report& report);
/// story_role_recall, story_distinct2, story_ppl_over_kn5, story_events_per_min.
void measure_story(Report& report);
/// tune_perplexity_ratio.
void measure_tuning(Report& report);

}  // namespace cineloom::bench
