#pragma once

#include <cstdint>

namespace cineloom::outbound {

/// Bytes that this process has sent to other machines since it began: heads and bodies of requests to language models, to where they
/// are fetched from, and to media servers that lists are delivered to. Nothing else in the program speaks to others of its own accord. Thread-safe.
std::uint64_t outbound_bytes();

}  // namespace cineloom::outbound
