#pragma once

#include <string>

#include "domain/emotion_report.h"

namespace cineloom {

/// One self-contained HTML page in "en" or "zh", in light and dark: opinions with intervals, aspects against the file's baseline,
/// emotions, stars, the film's arc where it is known, quotes with their rows, downloads, and what the report cannot say.
std::string emotion_page(const EmotionReport& report, const std::string& language);

}  // namespace cineloom
