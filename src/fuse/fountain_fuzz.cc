// Whatever the text, each element of the screenplay lies inside it, in order.
#include "fuse/fountain.h"

#include <cstddef>
#include <cstdint>

#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto screenplay = cineloom::parse_fountain({reinterpret_cast<const char*>(data), size});
  if (!screenplay) return 0;
  std::size_t last = 0;
  for (const cineloom::ScreenplayElement& element : screenplay->elements) {
    CINELOOM_ASSERT(element.source.begin <= element.source.end && element.source.end <= size);
    CINELOOM_ASSERT(element.source.begin >= last);
    last = element.source.begin;
  }
  return 0;
}
