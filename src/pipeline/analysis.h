#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "domain/event.h"
#include "domain/film.h"
#include "domain/knowledge.h"

namespace cineloom {

/// What an analysis works with besides the film.
struct AnalysisTools {
  std::filesystem::path models;            ///< folder of the text models
  std::filesystem::path keyframe_folder;   ///< where pictures go; it exists
  std::filesystem::path program;           ///< this program, which also plays the confined media worker; empty = decode here
};

/// All that can be known of a film: picture and sound, subtitles, screenplay and reviews through every stage. A part that is
/// missing or fails leaves a warning with its cause, the rest stands.
/// Errors: if nothing at all could be read, what the film could not be watched for; Cancelled.
Expected<FilmKnowledge> analyze_film(const FilmFiles& files, std::span<const Review> reviews, const AnalysisTools& tools, Progress& progress,
                                     const CancelToken& cancel);

}  // namespace cineloom
