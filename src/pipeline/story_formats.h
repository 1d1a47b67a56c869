#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/story.h"
#include "story/views.h"

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

/// A story's lines in a view by name; none for "scene". `resources` holds models/story. Errors: InvalidArgument for another view; those of
/// SchemaLibrary::load.
Expected<StoryLines> lines_of(const Story& story, std::string_view view, const std::filesystem::path& resources);

/// The story in that format; for a format of one way, the one that takes `choices` (see take_way). `lines`: a view of it (see_story) that
/// takes the place of its text in all formats but "json"; none = as it was told. Errors: InvalidArgument for a format
/// or a choice that is not there, a graph whose choices lead nowhere, or a format that needs footage where there is none.
Expected<std::string> export_story(const Story& story, std::string_view format, const std::vector<std::string>& choices = {}, const StoryLines& lines = {});

}  // namespace cineloom
