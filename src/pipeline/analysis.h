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
#include "pipeline/worker.h"

namespace cineloom {

class LlmReader;

/// What an analysis works with besides the film.
struct AnalysisTools {
  std::filesystem::path models;            ///< folder of the text models
  std::filesystem::path picture_folder;    ///< where pictures go; it exists
  std::filesystem::path journals = {};     ///< folder where an interrupted watching leaves how far it came; empty = it leaves nothing
  std::filesystem::path program;           ///< this program, which also plays the confined media worker; empty = decode here
  Watching watching;
  LlmReader* language_model = nullptr;     ///< reads the film's reviews where it can
  const VideoFindings* watched = nullptr;  ///< of an earlier analysis, with its pictures in the folder: taken if the file is still the same
};

/// Tells a file from others and from later versions of itself by its size, its time and its two ends. Errors: those of opening it.
Expected<std::string> identify_file(const std::filesystem::path& path);

/// All that can be known of a film: picture and sound, subtitles, screenplay and reviews through every stage. A part that is
/// missing or fails leaves a warning with its cause, the rest stands.
/// Errors: if nothing at all could be read, what the film could not be watched for; Cancelled.
Expected<FilmKnowledge> analyze_film(const FilmFiles& files, std::span<const Review> reviews, const AnalysisTools& tools, Progress& progress,
                                     const CancelToken& cancel);

}  // namespace cineloom
