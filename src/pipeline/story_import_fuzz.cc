// A story from anywhere: it is refused, or it can be judged, and written in every format where its choices lead somewhere.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "base/assert.h"
#include "pipeline/story_formats.h"
#include "pipeline/story_import.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto story = cineloom::read_story({reinterpret_cast<const char*>(data), size});
  if (!story) return 0;
  std::ignore = cineloom::judge_story(*story);
  if (!cineloom::export_story(*story, "json")) return 0;
  for (const cineloom::StoryFormat& format : cineloom::story_formats()) {
    const auto text = cineloom::export_story(*story, format.name);
    CINELOOM_ASSERT(text || format.name == "edl" || format.name == "otio");
  }
  return 0;
}
