// Whatever the bytes, cues come in order, end after they begin, and hold clean UTF-8.
#include "media/subtitles.h"

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto reading = cineloom::read_subtitles(text, "en");
  if (!reading) return 0;
  for (std::size_t i = 0; i < reading->cues.size(); ++i) {
    const cineloom::Cue& cue = reading->cues[i];
    CINELOOM_ASSERT(cue.end >= cue.begin);
    CINELOOM_ASSERT(i == 0 || reading->cues[i - 1].begin <= cue.begin);
    CINELOOM_ASSERT(!cineloom::is_valid_utf8(text) || cineloom::is_valid_utf8(cue.text));
  }
  return 0;
}
