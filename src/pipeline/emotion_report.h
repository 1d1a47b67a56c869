#pragma once

#include <filesystem>
#include <string>

#include "base/expected.h"
#include "domain/emotion_report.h"

namespace cineloom {

class LlmReader;

struct EmotionReportRequest {
  std::string film;                 ///< key; reviews that name another film are passed over
  std::filesystem::path reviews;    ///< JSON lines with "text"; "film", "language" and "stars" (of 5) where they are known
  int minimum_group = 5;            ///< 1 .. 1000
};

/// Reads an audience's reviews with the trained models under `models`, or with a language model where it answers. Errors: NotFound; InvalidArgument with the line, or if no review of
/// the film can be read; DataLoss for a damaged model.
Expected<EmotionReport> report_emotions(const EmotionReportRequest& request, const std::filesystem::path& models, LlmReader* model = nullptr);

/// A share of counts with its interval.
MeasuredShare measured_share(std::string name, int count, int of);

}  // namespace cineloom
