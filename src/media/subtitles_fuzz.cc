#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "media/subtitles.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::ignore = cineloom::read_subtitles({reinterpret_cast<const char*>(data), size}, "en");  // must only not crash
  return 0;
}
