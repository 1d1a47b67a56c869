#pragma once

#include "story/internal/telling.h"
#include "story/schema.h"

namespace cineloom::story {

/// Names for all roles: the bible's where it has them, else the premise's capitalised words, else of the genre's lists, which ones by the
/// seed. Same request, same names.
Cast choose_cast(const StoryRequest& request, const SchemaLibrary& library);

/// The names that a bible gives.
Cast cast_of(const Bible& bible, const std::string& language);

/// One of the library's titles, in both languages where the names are known in both.
LocalText title_of(const Cast& cast, const StoryRequest& request, const SchemaLibrary& library);

/// Who there is with what they want and how they speak, where, and what is so at the beginning: what the request's bible says, and where it is
/// silent the library's; voices by the seed.
Bible bible_of(const Cast& cast, const StoryRequest& request, const SchemaLibrary& library);

}  // namespace cineloom::story
