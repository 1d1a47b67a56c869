#include "media/subtitles.h"

#include <fmt/format.h>

#include <array>

#include "media/internal/subtitle_formats.h"

namespace cineloom {
namespace {

constexpr std::size_t kMaxBytes = 16U << 20U;

/// The first that fits reads; SubRip last, because an arrow may stand in any text.
const SubtitleFormat* format_of(std::string_view text) {
  const std::array<const SubtitleFormat*, 5> formats = {&kSubStation, &kSami, &kTimedText, &kMicroDvd, &kSubRipOrWebVtt};
  for (const SubtitleFormat* format : formats) {
    if (format->fits(text)) return format;
  }
  return nullptr;
}

}  // namespace

Expected<SubtitleReading> read_subtitles(std::string_view utf8, std::string_view language) {
  if (utf8.size() > kMaxBytes) {
    return fail(ErrorCode::InvalidArgument, fmt::format("expected subtitles of at most {} bytes, found {}", kMaxBytes, utf8.size()));
  }
  if (utf8.starts_with("\xEF\xBB\xBF")) utf8.remove_prefix(3);
  if (const SubtitleFormat* format = format_of(utf8)) {
    CueSink sink(language);
    format->read(utf8, sink);
    SubtitleReading reading = sink.finish();
    if (!reading.cues.empty()) return reading;
  }
  return std::unexpected(
      Error(ErrorCode::InvalidArgument, "expected subtitles, found no timed text").advise("give subtitles as .srt, .vtt, .ass, .sub, .smi or .ttml"));
}

}  // namespace cineloom
