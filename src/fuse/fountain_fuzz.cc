// Whatever the text: elements lie inside it in order, and writing the unchanged screenplay gives the text back.
#include "fuse/fountain.h"

#include <cstddef>
#include <cstdint>

#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto screenplay = cineloom::parse_fountain(text);
  if (!screenplay) return 0;
  std::size_t last = 0;
  for (const cineloom::ScreenplayElement& element : screenplay->elements) {
    CINELOOM_ASSERT(element.source.begin <= element.source.end && element.source.end <= size);
    CINELOOM_ASSERT(element.source.begin >= last);
    last = element.source.begin;
  }
  CINELOOM_ASSERT(cineloom::write_fountain(*screenplay, text) == text);
  return 0;
}
