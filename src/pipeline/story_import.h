#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/story.h"

namespace cineloom {

/// What the checker says of a story (see story/checker.h).
struct StoryVerdict {
  std::vector<StoryFinding> faults;  ///< none = sound
  std::vector<StoryFinding> advice;
};
StoryVerdict judge_story(const Story& story);

/// Reading skips what it does not know; a file made for this program holds nothing of the kind. `known` is the same value written again, so
/// it has every field there is. Errors: InvalidArgument that names the first unknown field of this `kind` of file.
Expected<void> refuse_unknown_fields(const boost::json::value& given, const boost::json::value& known, const std::string& kind);

/// A whole story from the JSON that export_story(..., "json") writes, sound or not. It has no id, and its findings are those of the checker
/// now. Errors: InvalidArgument for text that is no such story: an unknown field, a number out of range, too large; the first is named.
Expected<Story> read_story(std::string_view text);

/// The same, and sound. Errors also: InvalidArgument for faults the checker finds; the first is named.
Expected<Story> import_story(std::string_view text);

}  // namespace cineloom
