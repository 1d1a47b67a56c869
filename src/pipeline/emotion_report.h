#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/expected.h"
#include "domain/emotion_report.h"
#include "domain/event.h"

namespace cineloom {

class LlmReader;

struct EmotionReportRequest {
  std::string film;                 ///< key; reviews that name another film are passed over
  std::filesystem::path reviews;    ///< JSON lines with "text"; "film", "language" and "stars" (of 5) where they are known; empty = `own`
  std::vector<Review> own;          ///< of the film, where there is no file
  int minimum_group = 5;            ///< 1 .. 1000
  const FilmKnowledge* known = nullptr;  ///< of the film, if it was analysed: what reviews say of its moments is laid along its arc
  std::vector<Review> catalogue;    ///< of other films: with the file's others, what the aspects are held against
};

/// Reads an audience's reviews with the trained models under `models`, or with a language model where it answers. Errors: NotFound; InvalidArgument with the line, or if no review of
/// the film can be read; DataLoss for a damaged model.
Expected<EmotionReport> report_emotions(const EmotionReportRequest& request, const std::filesystem::path& models, LlmReader* model = nullptr);

/// A share of counts with its interval.
MeasuredShare measured_share(std::string name, int count, int of);

}  // namespace cineloom
