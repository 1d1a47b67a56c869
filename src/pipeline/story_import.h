#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/knowledge.h"
#include "domain/story.h"

namespace cineloom {

/// What the checker says of a story (see story/checker.h).
struct StoryVerdict {
  std::vector<StoryFinding> faults;  ///< none = sound
  std::vector<StoryFinding> advice;
};
StoryVerdict judge_story(const Story& story);

/// A whole story from the JSON that export_story(..., "json") writes, sound or not. It has no id, and its findings are those of the checker
/// now. Errors: InvalidArgument for text that is no such story: an unknown field, a number out of range, too large; the first is named.
Expected<Story> read_story(std::string_view text);

/// The same, and sound. Errors also: InvalidArgument for faults the checker finds; the first is named.
Expected<Story> import_story(std::string_view text);

/// Who and where, from a screenplay (Fountain, FDX, plain text) that stories may be made of: characters by how often they speak, places
/// by scene headings. Errors: those of read_screenplay_file; InvalidArgument if nobody speaks in it.
Expected<FilmKnowledge> read_story_source(const std::filesystem::path& screenplay);

}  // namespace cineloom
