// Whatever the bytes, elements point into them and hold clean UTF-8; the sniffer takes them as well.
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "base/assert.h"
#include "base/utf8.h"
#include "fuse/plain_script.h"
#include "fuse/read_screenplay.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::ignore = cineloom::read_screenplay(text);
  const auto script = cineloom::parse_plain_script(text);
  if (!script) return 0;
  CINELOOM_ASSERT(script->score >= 0 && script->score <= 1);
  for (const cineloom::ScreenplayElement& element : script->screenplay.elements) {
    CINELOOM_ASSERT(element.source.begin <= element.source.end && element.source.end <= size);
    CINELOOM_ASSERT(cineloom::is_valid_utf8(element.text));
  }
  return 0;
}
