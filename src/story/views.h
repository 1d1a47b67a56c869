#pragma once

#include <boost/describe.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/story.h"
#include "story/schema.h"

/// A story seen in other ways than it was told in. Names, point of view and order stay; nothing is drawn that the story does not settle.
namespace cineloom {

enum class StoryView {
  Scene,     ///< as it was told
  Dialogue,  ///< what people say, each in their voice, between plain sentences of what happens
  Synopsis,  ///< plain sentences of what happens
};
BOOST_DESCRIBE_ENUM(StoryView, Scene, Dialogue, Synopsis)

/// A line of a node: what somebody says, or what happens.
struct StoryLine {
  std::string speaker;  ///< a name; empty = nobody speaks, it is told
  std::string text;
  friend bool operator==(const StoryLine&, const StoryLine&) = default;
};
BOOST_DESCRIBE_STRUCT(StoryLine, (), (speaker, text))

/// Lines by node.
using StoryLines = std::map<std::string, std::vector<StoryLine>>;

/// Lines of all nodes. A node with an event that the library does not know, as of a film, is told as it is, and so is every node for
/// StoryView::Scene.
StoryLines see_story(const Story& story, StoryView view, const SchemaLibrary& library);

/// The story with these lines as its text, a paragraph each, so that whatever reads stories reads them: "Mira: Here." where somebody speaks.
Story with_lines(Story story, const StoryLines& lines);

/// "scene", "dialogue" or "synopsis". Errors: InvalidArgument that names them; an empty name is Scene.
Expected<StoryView> find_story_view(std::string_view name);

}  // namespace cineloom
