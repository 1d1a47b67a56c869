#pragma once

#include "domain/knowledge.h"
#include "story/internal/telling.h"
#include "story/schema.h"

namespace cineloom::story {

/// Names for all roles: of the film's characters where a film is given, else of the premise's capitalised words, else of the genre's lists,
/// which ones by the seed. Same request, same names.
Cast choose_cast(const StoryRequest& request, const FilmKnowledge* source, const SchemaLibrary& library);

/// The names that a bible gives.
Cast cast_of(const Bible& bible, const std::string& language);

/// One of the library's titles, in both languages where the names are known in both.
LocalText title_of(const Cast& cast, const StoryRequest& request, const SchemaLibrary& library);

/// Who there is with what they want, where, and what is so at the beginning.
Bible bible_of(const Cast& cast, const SchemaLibrary& library);

}  // namespace cineloom::story
