#pragma once

#include <span>
#include <string>

#include "domain/film.h"
#include "domain/knowledge.h"
#include "domain/recommendation.h"
#include "domain/story.h"

/// Domain values as text for terminals.
namespace cineloom::cli {

std::string show_film(const Film& film);
/// Shots, scenes, characters, arc and audience in about forty lines.
std::string show_summary(const Film& film, const FilmKnowledge& knowledge);
/// The curve of valence and tension, turning points and events.
std::string show_plot(const FilmKnowledge& knowledge);
std::string show_mood(const Mood& mood);
/// Picks with their reasons; `films` are those of the picks, in order.
std::string show_picks(const Recommendation& recommendation, std::span<const Film> films);
/// What each pick's score is made of; `films` as above.
std::string show_parts(const Recommendation& recommendation, std::span<const Film> films);
/// Why a film is not among the picks.
std::string show_contrast(const Contrast& contrast, const Film& film);
/// The default path of a story, its other ways, the arc and the checker's verdict.
std::string show_story(const Story& story);
std::string show_evaluation(const RatingEvaluation& evaluation);

}  // namespace cineloom::cli
