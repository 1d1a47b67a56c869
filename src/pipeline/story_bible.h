#pragma once

#include <filesystem>
#include <string_view>

#include "base/cancel.h"
#include "base/expected.h"
#include "domain/story.h"

/// Bibles of stories from what somebody brings: a file, a premise, a screenplay. Films have them by bible_of_film (story/bible.h).
namespace cineloom {

/// A bible by hand, in the JSON of docs/formats/stories.md. Errors: InvalidArgument for text that is none: an unknown field, too large.
Expected<Bible> read_bible(std::string_view json);

/// The people of a premise by what it says they do; empty where it names nobody.
Bible bible_of_premise(std::string_view premise);

/// `resources` holds models/. Errors: those of film_on_paper; InvalidArgument for a screenplay in which nobody speaks.
Expected<Bible> bible_of_screenplay(const std::filesystem::path& screenplay, const std::filesystem::path& resources, const CancelToken& cancel);

}  // namespace cineloom
