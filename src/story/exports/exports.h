#pragma once

#include <string>
#include <vector>

#include "base/expected.h"
#include "domain/screenplay.h"
#include "domain/story.h"
#include "story/views.h"

/// A story for other programs, a function a format. All of them take any story whose start exists and whose choices lead somewhere
/// (check_for_export) with any text in it: what a format would read as a mark is escaped, or written otherwise where it cannot be.
/// The words are those of the story's language. Same story, same bytes.
namespace cineloom {

/// One way through a story: its nodes from the start on, without a loop.
using StoryWay = std::vector<const StoryNode*>;

/// The way that takes these choices, by id, where there is more than one; the default ones when they are used up.
/// Errors: InvalidArgument for a choice that is not there, or for more choices than the way has.
Expected<StoryWay> take_way(const StoryGraph& graph, const std::vector<std::string>& choices);

/// Errors: InvalidArgument if the start or the target of a choice does not exist, or an id is there twice.
Expected<void> check_for_export(const StoryGraph& graph);

/// inkle's ink: a knot a node; endings carry the tag "ending_ID".
std::string write_ink(const Story& story);
/// Twee 3 for SugarCube: a passage a node; the IFID is made of the story.
std::string write_twee(const Story& story);
/// CommonMark with a heading a node and choices as links.
std::string write_markdown(const Story& story);
/// EPUB 3: a page a node, choices as links; only the first page is on the reading line. Errors: InvalidArgument past 60,000 nodes.
Expected<std::string> write_epub(const Story& story);
/// Graphviz: the branch map.
std::string write_dot(const Story& story);
/// Mermaid: the branch map as a flowchart.
std::string write_mermaid(const Story& story);
/// JSON-LD over schema.org's words with the context inside; no name needs the network.
std::string write_json_ld(const Story& story);
/// The whole story as this program reads it again.
std::string write_story_json(const Story& story);

/// The way as subtitles, timed by how fast people read, or spread over a node's footage.
std::string write_srt(const Story& story, const StoryWay& way);
std::string write_web_vtt(const Story& story, const StoryWay& way);
/// CMX 3600 at 24 frames a second; nodes without footage are title cards on black. Errors: InvalidArgument without any footage.
Expected<std::string> write_edl(const Story& story, const StoryWay& way);
/// OpenTimelineIO in milliseconds; nodes without footage are gaps with their text. Errors: InvalidArgument without any footage.
Expected<std::string> write_otio(const Story& story, const StoryWay& way);

/// The story as a screenplay: a section a node, its text as action, its choices as notes that name the section they lead to. `lines`: a view
/// of the story whose speech becomes dialogue; nodes without lines are told by their text.
Screenplay screenplay_of(const Story& story, const StoryLines& lines = {});

}  // namespace cineloom
