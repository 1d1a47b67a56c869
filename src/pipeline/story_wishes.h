#pragma once

#include "domain/story_wishes.h"
#include "pipeline/cinema.h"

namespace cineloom {

/// What stories of this program can be asked for. Errors: those of SchemaLibrary::load.
Expected<StoryOffers> offers_for_stories(const CinemaOptions& options);

/// What Cinema::write_story could be asked for instead where no plan fits (see story_relaxations). Errors: those of story_relaxations;
/// NotFound for the film whose people are wanted.
Expected<std::vector<StoryRelaxation>> relax_story(Cinema& cinema, StoryRequest request);

}  // namespace cineloom
