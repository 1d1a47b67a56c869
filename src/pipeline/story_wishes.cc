#include "pipeline/story_wishes.h"

#include "pipeline/story_bible.h"
#include "story/bible.h"
#include "story/story_engine.h"

namespace cineloom {
namespace {

Expected<SchemaLibrary> library_of(const CinemaOptions& options) { return SchemaLibrary::load(options.resources / "models" / "story"); }

}  // namespace

Expected<StoryOffers> offers_for_stories(const CinemaOptions& options) {
  CINELOOM_TRY_ASSIGN(const SchemaLibrary library, library_of(options));
  return story_offers(library);
}

Expected<std::vector<StoryRelaxation>> relax_story(Cinema& cinema, StoryRequest request) {
  CINELOOM_TRY_ASSIGN(const SchemaLibrary library, library_of(cinema.options()));
  if (is_empty(request.bible) && request.source.is_none()) request.bible = bible_of_premise(request.premise);
  if (is_empty(request.bible) && !request.source.is_none()) { CINELOOM_TRY_ASSIGN(request.bible, cinema.story_bible(request.source)); }
  return story_relaxations(request, library);
}

}  // namespace cineloom
