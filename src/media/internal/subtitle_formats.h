#pragma once

#include <string_view>

#include "media/internal/cue_sink.h"

namespace cineloom {

/// A text subtitle format that is read here, tolerantly.
struct SubtitleFormat {
  std::string_view name;
  bool (*fits)(std::string_view text);  ///< looks at the beginning only
  void (*read)(std::string_view text, CueSink& sink);
};

extern const SubtitleFormat kSubRipOrWebVtt;  ///< fits wherever there is a "-->"
extern const SubtitleFormat kSubStation;      ///< ASS and SSA; a dialogue's Name is its speaker
extern const SubtitleFormat kMicroDvd;        ///< times are frames; the first line may say how many a second, else 23.976
extern const SubtitleFormat kSami;            ///< of several languages the one with most text
extern const SubtitleFormat kTimedText;       ///< TTML, DFXP, iTT: paragraphs with begin and end

}  // namespace cineloom
