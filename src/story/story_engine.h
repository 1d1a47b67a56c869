#pragma once

#include <set>
#include <string>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/random.h"
#include "domain/knowledge.h"
#include "story/schema.h"

namespace cineloom {

/// Plans, branches, tells and checks a story. The planner is a beam search over events: what each needs must be true, its age
/// must fit, and the hero's fortune should follow the arc asked for. At each decision another event that is possible there is
/// offered, and the rest is planned anew from what is true then. Names come from the film's characters where a film is
/// given, else from the premise's capitalised words, else from the name lists. Same request, same story.
/// Errors: InvalidArgument for a request out of range; Unavailable if no plan fits; Cancelled.
Expected<Story> write_story(const StoryRequest& request, const FilmKnowledge* source, const SchemaLibrary& library, Progress& progress,
                            const CancelToken& cancel);

/// Tells one node with other phrasings; what happens stays. Errors: NotFound.
Expected<Story> retell_node(Story story, const std::string& node, Seed seed, const SchemaLibrary& library);

/// Valence wanted at a share of the story, -1 .. 1.
double arc_target(ArcShape shape, double at);

/// What is true when a story begins.
std::set<Fact> beginning_of(const Story& story);

/// A graph for other programs: "ink", "twee" or "fountain". Errors: InvalidArgument for another format.
Expected<std::string> export_graph(const Story& story, const std::string& format);

}  // namespace cineloom
