#include <atomic>
#include <chrono>
#include <thread>

#include "parts.h"

namespace cineloom::bench {
namespace {

using Clock = std::chrono::steady_clock;

llm::CompletionRequest request(std::string prompt, int tokens) {
  llm::CompletionRequest wanted{.prompt = std::move(prompt)};
  wanted.sampling.max_tokens = tokens;
  return wanted;
}

double milliseconds_since(Clock::time_point begin) { return std::chrono::duration<double, std::milli>(Clock::now() - begin).count(); }

/// From the cancellation in the middle of a prompt until the model answers somebody else.
std::optional<double> cancelled_prefill(llm::InProcessBackend& model) {
  CancelSource source;
  bool is_cancelled = false;
  std::jthread asking([&] {
    const auto answer = model.complete(request(std::string(1500, 'p'), 8), {}, source.token());
    is_cancelled = !answer && answer.error().code() == ErrorCode::Cancelled;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto begin = Clock::now();
  source.cancel();
  asking.join();
  const double took = milliseconds_since(begin);
  if (!is_cancelled) return std::nullopt;
  return took;
}

}  // namespace

void measure_sharing(Report& report) {
  const auto file = random_model("hundred-million-q4_0", kHundredMillion, llm::WeightType::Q4_0);
  const auto model = open_model(report, file, 4096, 8, 1, {"prefix_tokens_reevaluated", "cancel_ms"});
  if (!model) return;
  const auto first = model->complete(request(std::string(500, 'a') + " first", 2), {}, CancelToken());
  const auto second = model->complete(request(std::string(500, 'a') + " second", 2), {}, CancelToken());
  if (first && second) {
    report.add({"prefix_tokens_reevaluated", static_cast<double>(second->evaluated_tokens), "tokens", 1,
                "of a second prompt that begins with the same 500 tokens and ends with 7 others", Bound{.must = 32, .aim = 1}});
  } else {
    report.add_missing("prefix_tokens_reevaluated", "a request failed");
  }
  const auto large = open_model(report, random_model("billion-q4_0", kBillion, llm::WeightType::Q4_0), 2048, 2, 1, {"cancel_ms"});
  if (!large) return;
  std::vector<double> told;
  std::vector<double> freed;
  for (int round = 0; round < 5; ++round) {
    const auto took = cancelled_prefill(*large);
    if (!took) return report.add_missing("cancel_ms", "the prompt was over before it was cancelled");
    told.push_back(*took);
    const auto begin = Clock::now();
    if (!large->count_tokens("free?")) return report.add_missing("cancel_ms", "the model did not answer afterwards");
    freed.push_back(*took + milliseconds_since(begin));
  }
  report.add({"cancel_ms", median(told), "ms", 5, "from a cancellation in the middle of a prompt of 1,500 tokens (1 B shape) to its answer",
              Bound{.must = 200, .aim = 50}});
  report.add({"cancel_model_free_ms", median(freed), "ms", 5, "until the model answers the next request"});
}

}  // namespace cineloom::bench
