#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llm/sse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parse = [&](std::size_t piece) {
    std::vector<std::string> events;
    cineloom::llm::SseParser parser;
    const auto keep = [&](std::string_view event) -> cineloom::Expected<void> {
      events.emplace_back(event);
      return {};
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      if (!parser.feed(bytes.substr(at, piece), keep)) return events;
    }
    if (!parser.finish(keep)) return events;
    return events;
  };
  // However the bytes are cut, the events are the same.
  if (parse(1) != parse(size + 1)) __builtin_trap();
  return 0;
}
