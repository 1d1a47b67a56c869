#pragma once

#include <string>

#include "base/expected.h"

namespace cineloom::llm {

/// The child's side of a model in a process of its own: `cineloom worker llm`. Reads the model from descriptor 3, which was
/// confined before its first byte is read. Errors: DataLoss once the parent is gone.
Expected<void> run_llm_worker();

/// "llama.cpp 0.5.0 (prebuilt)", or that there is none.
std::string describe_llama();
/// Whether models run in a process of ours at all.
bool has_llama();

}  // namespace cineloom::llm
