#pragma once

#include <filesystem>
#include <string>

#include "pipeline/cinema.h"

namespace cineloom {

/// One evening to live through.
struct EveningPlan {
  std::filesystem::path library;  ///< folder in the library format
  std::string film;               ///< key of the film to watch
  std::string viewer;             ///< who watches; made if new
  std::string mood;               ///< what they say
  StoryRequest story;
  double stars = 4.5;             ///< what they think of the first pick
};

/// What the evening brought, step by step.
struct Evening {
  std::size_t films = 0;             ///< in the library after collecting
  std::size_t ratings = 0;
  Film film;
  FilmKnowledge knowledge;           ///< of that film
  Story story;
  RatingEvaluation evaluation;
  Recommendation before;             ///< what was recommended first
  Film rated;                        ///< the pick that was rated
  Recommendation after;              ///< what is recommended now that the rating is known
};

/// The loop: interaction, collection, text, vision, sentiment, plot, story, recommendation, feedback, and round again.
/// What an earlier evening found already is used again. Errors: those of the stage that failed, with its name; Cancelled.
Expected<Evening> live_through(Cinema& cinema, const EveningPlan& plan, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
