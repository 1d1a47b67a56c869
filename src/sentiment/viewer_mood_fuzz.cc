// Whatever a viewer writes, what is found lies inside it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "sentiment/viewer_mood.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cineloom;
  static const FeelingLexicon lexicon = *FeelingLexicon::load(std::filesystem::path(CINELOOM_SOURCE_DIR) / "models/text");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Mood mood = read_mood(text, {.lexicon = lexicon});
  for (const MoodEvidence& evidence : mood.evidence) {
    if (evidence.span.end > size || text.substr(evidence.span.begin, evidence.span.end - evidence.span.begin) != evidence.text) std::abort();
  }
  if (!(mood.uncertainty >= 0 && mood.uncertainty <= 1)) std::abort();
  return 0;
}
