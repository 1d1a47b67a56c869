#include <algorithm>
#include <chrono>
#include <numeric>

#include "llm/model_speed.h"
#include "parts.h"

namespace cineloom::bench {
namespace {

using llm::measure_model;

constexpr int kRounds = 5;

}  // namespace

/// Bandwidth and decoding are measured by turns, one thread each: other work on the machine then slows both.
void measure_speed(Report& report) {
  const auto file = random_model("billion-q4_0", kBillion, llm::WeightType::Q4_0);
  if (const auto model = open_model(report, file, 512, 1, 1, {"decode_over_bandwidth"})) {
    double bandwidth = 0;
    std::vector<double> rates;
    for (int round = 0; round < kRounds; ++round) {
      bandwidth = std::max(bandwidth, llm::measure_read_bandwidth(1));
      const auto speed = measure_model(*model, {.prompt_tokens = 32, .answer_tokens = 24, .candidates = 1}, 1);
      if (!speed) return report.add_missing("decode_over_bandwidth", speed.error().describe());
      rates.push_back(speed->decode_per_second);
    }
    // The ceiling is the best that memory gave in any round.
    report.add({"read_bandwidth_1_thread", bandwidth / 1e9, "GB/s", kRounds, "best of all rounds"});
    report.add({"decode_over_bandwidth", median(rates) * static_cast<double>(model->header().data_bytes) / bandwidth, "", kRounds,
                "bytes of weights read per second while decoding, over what one thread reads of memory", Bound{.must = .70, .aim = .90, .is_least = true}});
    report.add({"decode_1b_q4_0_tokens_per_s", median(rates), "tokens/s", kRounds, "per processor second, one thread"});
  }
  const auto small = random_model("hundred-million-q4_0", kHundredMillion, llm::WeightType::Q4_0);
  if (const auto model = open_model(report, small, 2048, 8, 1, {"batch8_speedup"})) {
    std::vector<double> ratios;
    std::vector<double> alone;
    for (int round = 0; round < kRounds; ++round) {
      const auto one = measure_model(*model, {.prompt_tokens = 16, .answer_tokens = 64, .candidates = 1}, 1);
      const auto eight = measure_model(*model, {.prompt_tokens = 16, .answer_tokens = 64, .candidates = 8}, 1);
      if (!one || !eight) return report.add_missing("batch8_speedup", "a request failed");
      alone.push_back(one->decode_per_second);
      ratios.push_back(eight->decode_per_second / one->decode_per_second);
    }
    report.add({"decode_100m_q4_0_tokens_per_s", median(alone), "tokens/s", kRounds, "one candidate, per processor second, one thread"});
    report.add({"batch8_speedup", median(ratios), "x", kRounds, "tokens per processor second of eight candidates over one, 100 M parameters, one thread",
                Bound{.must = 2.5, .aim = 3, .is_least = true}});
  }
}

}  // namespace cineloom::bench
