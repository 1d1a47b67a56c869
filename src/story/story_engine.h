#pragma once

#include <set>
#include <string>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/random.h"
#include "domain/story.h"
#include "domain/story_wishes.h"
#include "story/schema.h"

namespace cineloom {

/// Plans, branches, tells and checks a story. The planner is a beam search over events: what each needs must be true, people act for
/// what they want and know, promises are kept, its content must fit, and the hero's fortune should follow the arc asked for. At each
/// decision another way is offered that changes other facts; ways come together again where that is sound. Names come from the request's
/// bible, else from the premise's capitalised words, else from the genre's lists. Same request, same story.
/// Errors: InvalidArgument for a request out of range or at odds with itself; Unavailable if no plan fits, with the least that would have
/// to give way; Cancelled.
Expected<Story> write_story(const StoryRequest& request, const SchemaLibrary& library, Progress& progress, const CancelToken& cancel);

/// What write_story could be asked for instead where no plan fits: every demand that is enough to leave out, else two together; empty where
/// a plan fits, or where neither helps. Errors: InvalidArgument as from write_story.
Expected<std::vector<StoryRelaxation>> story_relaxations(const StoryRequest& request, const SchemaLibrary& library);

/// The structures and events that a request can name.
StoryOffers story_offers(const SchemaLibrary& library);

/// A new story of the same people that begins where a way through another ended. `way` holds the ids of its nodes, from the first to an
/// ending; what it told is not told again. Errors: those of write_story; InvalidArgument if `way` is none.
Expected<Story> continue_story(const Story& before, const std::vector<std::string>& way, const StoryRequest& request, const SchemaLibrary& library,
                               Progress& progress, const CancelToken& cancel);

/// Plans anew what is behind the nodes that have been seen, for another taste, arc or limit; what was seen stays as it is, byte by byte,
/// but for the choices of the last node. `seen` holds ids from the first node on. Errors: those of write_story; InvalidArgument if `seen`
/// is no way or ends the story.
Expected<Story> replan_unseen(const Story& story, const std::vector<std::string>& seen, const StoryRequest& request, const SchemaLibrary& library,
                              const CancelToken& cancel);

/// Tells one node with other phrasings; what happens stays. Errors: NotFound.
Expected<Story> retell_node(Story story, const std::string& node, Seed seed, const SchemaLibrary& library);

/// Valence wanted at a share of the story, -1 .. 1.
double arc_target(ArcShape shape, double at);

/// What is true when a story begins.
std::set<Fact> beginning_of(const Story& story);

}  // namespace cineloom
