#include "llm/model_speed.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <thread>
#include <vector>

namespace cineloom::llm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kWords = 32U << 20U;  ///< of 8 bytes: 256 MiB
constexpr int kPasses = 3;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

std::uint64_t sum_of(const std::uint64_t* begin, std::size_t count) {
  // Several places at once, as one stream alone waits for each line in turn.
  constexpr std::size_t kStreams = 8;
  constexpr std::size_t kLine = 8;
  const std::size_t part = count / kStreams / kLine * kLine;
  std::uint64_t lanes[kLine] = {};
  for (std::size_t i = 0; i < part; i += kLine) {
    for (std::size_t stream = 0; stream < kStreams; ++stream) {
      for (std::size_t lane = 0; lane < kLine; ++lane) lanes[lane] += begin[stream * part + i + lane];
    }
  }
  return std::accumulate(std::begin(lanes), std::end(lanes), std::uint64_t{0});
}

/// What the model's process has used after one request of exactly this many tokens.
Expected<double> processor_after(InProcessBackend& model, const std::string& prompt, int tokens, int candidates) {
  CandidateRequest request{.prompt = {{prompt, false}}, .candidates = candidates, .min_tokens = tokens};
  request.sampling = {.max_tokens = tokens, .temperature = 1, .is_exact = true};
  CINELOOM_TRY_ASSIGN(const auto answers, model.candidates(request, CancelToken()));
  return answers.front().processor_seconds;
}

}  // namespace

double measure_read_bandwidth(int threads) {
  const std::vector<std::uint64_t> memory(kWords, 1);
  double best = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    const auto begin = Clock::now();
    std::vector<std::uint64_t> sums(static_cast<std::size_t>(threads));
    {
      std::vector<std::jthread> readers;
      const std::size_t part = kWords / static_cast<std::size_t>(threads);
      for (std::size_t i = 0; i < sums.size(); ++i) readers.emplace_back([&, i] { sums[i] = sum_of(memory.data() + i * part, part); });
    }
    const bool is_right = std::ranges::all_of(sums, [](std::uint64_t sum) { return sum > 0; });
    if (is_right) best = std::max(best, static_cast<double>(kWords * sizeof(std::uint64_t)) / seconds_since(begin));
  }
  return best;
}

Expected<double> processor_seconds(InProcessBackend& model) { return processor_after(model, "a", 1, 1); }

Expected<ModelSpeed> measure_model(InProcessBackend& model, const SpeedTest& test, int threads) {
  // Bytes are tokens where a vocabulary has nothing better; what a prompt really has is counted.
  std::string prompt;
  while (static_cast<int>(prompt.size()) < test.prompt_tokens) prompt += "q z x j ";
  prompt.resize(static_cast<std::size_t>(test.prompt_tokens));
  CINELOOM_TRY_ASSIGN(const int count, model.count_tokens(prompt));
  double first = std::numeric_limits<double>::max();
  double all = first;
  CINELOOM_TRY_ASSIGN(double before, processor_after(model, prompt, 1, 1));
  for (int round = 0; round < kPasses; ++round) {
    CINELOOM_TRY_ASSIGN(const double short_end, processor_after(model, prompt, 1, test.candidates));
    CINELOOM_TRY_ASSIGN(const double long_end, processor_after(model, prompt, test.answer_tokens, test.candidates));
    first = std::min(first, (short_end - before) / threads);
    all = std::min(all, (long_end - short_end) / threads);
    before = long_end;
  }
  const double decoded = static_cast<double>(test.answer_tokens - 1) * test.candidates;
  return ModelSpeed{.prefill_per_second = count / std::max(first, 1e-9), .decode_per_second = decoded / std::max(all - first, 1e-9)};
}

}  // namespace cineloom::llm
