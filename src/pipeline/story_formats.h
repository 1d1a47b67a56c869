#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/story.h"

namespace cineloom {

/// A format that stories are written in for other programs.
struct StoryFormat {
  std::string_view name;        ///< as --format takes it
  std::string_view media_type;
  std::string_view ending;      ///< of the file, with its point
  bool is_one_way = false;      ///< tells one way through the story, not all of it
  bool is_binary = false;
};

/// All formats, in the order in which they are offered.
std::span<const StoryFormat> story_formats();
/// "ink, twee, ..."
std::string story_format_names();
/// Errors: InvalidArgument with the names there are.
Expected<StoryFormat> find_story_format(std::string_view name);

/// The story in that format; for a format of one way, the one that takes `choices` (see take_way). Errors: InvalidArgument for a format
/// or a choice that is not there, a graph whose choices lead nowhere, or a format that needs footage where there is none.
Expected<std::string> export_story(const Story& story, std::string_view format, const std::vector<std::string>& choices = {});

}  // namespace cineloom
