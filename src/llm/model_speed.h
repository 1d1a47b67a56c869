#pragma once

#include "llm/in_process.h"

namespace cineloom::llm {

/// Bytes per second that this many threads read of memory far larger than the caches.
double measure_read_bandwidth(int threads);

/// Seconds of processor time that the model's process has used so far. Errors: those of the backend.
Expected<double> processor_seconds(InProcessBackend& model);

struct SpeedTest {
  int prompt_tokens = 256;
  int answer_tokens = 64;
  int candidates = 1;
};

struct ModelSpeed {
  double prefill_per_second = 0;  ///< tokens of the prompt
  double decode_per_second = 0;   ///< tokens of the answers, all candidates together
};

/// Tokens per second of processor time, which other work on the machine does not change, divided by the threads that share it.
/// Errors: those of the backend.
Expected<ModelSpeed> measure_model(InProcessBackend& model, const SpeedTest& test, int threads);

}  // namespace cineloom::llm
