#include <cstddef>
#include <cstdint>
#include <string_view>

#include "llm/gguf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto header = cineloom::llm::read_gguf_header(bytes, size + (1U << 20U))) {
    if (header->data_bytes > size + (1U << 20U)) __builtin_trap();
  }
  return 0;
}
