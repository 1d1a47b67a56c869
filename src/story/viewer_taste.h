#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/event.h"
#include "domain/feeling.h"
#include "domain/film.h"
#include "domain/story.h"
#include "domain/story_signal.h"
#include "story/schema.h"

namespace cineloom {

/// Liking of story themes, -1 .. 1.
using ThemeTaste = std::map<std::string, double>;

/// A film that somebody spoke of, and how: -1 (hidden, or stars far below their usual) .. 1.
struct FilmLiking {
  const Film* film = nullptr;
  double liking = 0;
};

/// What a viewer's events say of films, against the viewer's own mean; `films` by id, unknown ones are left out.
std::vector<FilmLiking> likings_of(const std::vector<Event>& events, const std::map<FilmId, Film>& films);

/// Liking of story themes from films: each film speaks for what its themes and genres mean in stories (SchemaLibrary::film_themes).
/// Themes of few films stay near 0.
ThemeTaste taste_from_films(const std::vector<FilmLiking>& likings, const SchemaLibrary& library);

/// A taste after signals, oldest first: each moves the liking of what its node is about by a share that depends on how much it says.
/// Signals at unknown nodes say nothing.
ThemeTaste taste_after(ThemeTaste taste, const StoryGraph& graph, const std::vector<HeardSignal>& signals);

/// The arc for a mood: Lift ends well, Match stays where the mood is, Catharsis goes through it.
ArcShape arc_for(const Feeling& mood, MoodPolicy policy);

}  // namespace cineloom
