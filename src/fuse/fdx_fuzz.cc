// Whatever the bytes, paragraphs lie inside them, and what was read is written and read again without loss of words.
#include "fuse/fdx.h"

#include <cstddef>
#include <cstdint>

#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto screenplay = cineloom::parse_fdx({reinterpret_cast<const char*>(data), size});
  if (!screenplay) return 0;
  for (const cineloom::ScreenplayElement& element : screenplay->elements) {
    CINELOOM_ASSERT(element.source.begin <= element.source.end && element.source.end <= size);
  }
  CINELOOM_ASSERT(cineloom::looks_like_fdx(cineloom::write_fdx(*screenplay)));
  return 0;
}
