#pragma once

#include <string>

#include "cli/session.h"
#include "domain/story.h"
#include "pipeline/story_formats.h"

namespace cineloom::cli {

/// A story by its number in the library, or from a file that `story export --format json` wrote, sound or not. A file needs no library.
/// Errors: NotFound; those of read_story.
Expected<Story> load_story(Session& session, const std::string& words);

inline constexpr const char* kViewHelp = "scene: as it was told; dialogue: what people say; synopsis: what happens, plainly";

}  // namespace cineloom::cli
