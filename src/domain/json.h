#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"

namespace cineloom {

/// A domain value as JSON text; the keys are the members' names (see base/json.h). Defined for Film, FilmFiles, Viewer,
/// Event, Review, Mood, VideoFindings, Screenplay, Timeline, FilmKnowledge, Recommendation, RatingEvaluation, EvaluationReport, EmotionReport,
/// StoryRequest, StoryGraph, Story, and vectors of Film, Event and Review.
template <class T>
std::string to_json(const T& value);

/// The value from JSON text; unknown keys are ignored, missing ones keep their default.
/// Errors: InvalidArgument with the path of the field.
template <class T>
Expected<T> from_json(std::string_view text);

}  // namespace cineloom
