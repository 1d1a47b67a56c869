#include "pipeline/screenplay_file.h"

#include "base/files.h"
#include "fuse/fdx.h"
#include "text/clean.h"
#include "text/language.h"

namespace cineloom {
namespace {

constexpr std::uint64_t kMostBytes = 64U << 20U;
constexpr std::size_t kEnoughToTell = 8000;  ///< bytes of dialogue

}  // namespace

Expected<ScreenplayReading> read_screenplay_file(const std::filesystem::path& path) {
  const std::string action = "reading " + path.string();
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(path, kMostBytes));
  // XML declares its own encoding.
  if (looks_like_fdx(bytes)) {
    CINELOOM_TRY_ASSIGN_IN(ScreenplayReading reading, read_screenplay(bytes), action);
    return reading;
  }
  CINELOOM_TRY_ASSIGN_IN(const CleanText decoded, decode_text(bytes), action);
  CINELOOM_TRY_ASSIGN_IN(ScreenplayReading reading, read_screenplay(decoded.text), action);
  return reading;
}

std::string screenplay_language(const Screenplay& screenplay) {
  std::string text;
  for (const ScreenplayElement& element : screenplay.elements) {
    if (text.size() > kEnoughToTell) break;
    if (element.kind == ElementKind::Dialogue) text += element.text + "\n";
  }
  return text.empty() ? "und" : detect_language(text).code;
}

}  // namespace cineloom
