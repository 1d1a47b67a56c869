#pragma once

#include <cstdint>

namespace cineloom::llm {

/// Bytes that this process has sent to other machines since it began: heads and bodies of requests to language models and to where they
/// are fetched from. Nothing else in the program speaks to others of its own accord. Thread-safe.
std::uint64_t outbound_bytes();

}  // namespace cineloom::llm
