#pragma once

#include <string>
#include <string_view>

namespace cineloom {

struct DetectedLanguage {
  std::string code;       ///< BCP 47: "en", "zh", ...; "und" = cannot be told
  double confidence = 0;  ///< 0 .. 1
};

/// The language of UTF-8 text: by script where that decides, by CLD2 otherwise.
DetectedLanguage detect_language(std::string_view text);

}  // namespace cineloom
