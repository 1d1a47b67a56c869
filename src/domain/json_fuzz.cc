// Whatever the text, a value that was read can be written, and reading what was written gives the same text again.
#include "domain/json.h"

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "domain/knowledge.h"
#include "domain/story.h"

namespace {

template <class T>
void check(std::string_view text) {
  const auto value = cineloom::from_json<T>(text);
  if (!value) return;
  const std::string written = cineloom::to_json(*value);
  const auto again = cineloom::from_json<T>(written);
  CINELOOM_ASSERT(again && cineloom::to_json(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<cineloom::FilmKnowledge>(text);
  check<cineloom::StoryGraph>(text);
  check<cineloom::StoryRequest>(text);
  return 0;
}
