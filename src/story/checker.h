#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/story.h"

/// Looks for faults in a story, from the story alone: nothing here knows the planner or its tables. All paths are looked at, in
/// time linear in the graph for each 64 facts. What is found:
///   no_start, duplicate, duplicate_choice, dangling   names that are missing or there twice
///   unreachable, dead_end, early_ending, trapped      nodes no path leads to, or from which none leads to an ending
///   loop, livelock                                    a path that comes back; one that never ends when nobody chooses
///   no_default                                        no choice is taken when nobody chooses
///   no_label, same_label, same_choice, same_effect    choices that say nothing or the same, lead to the same or change the same
///   never_enabled, contradiction                      needs what is true on no path there; on not all of them. Also: somebody
///                                                     acts who is dead, is at two places at once, or an item has two owners
///   unpaid                                            a promise that no later event takes up on some path to an ending
///   too_strong, forbidden, missing                    beyond the ratings or the age asked for; told though never wanted; not told on some path
///   harmed                                            somebody who is protected is wounded, hurt, broken, held or dead
///   unknown_actor, untold, open_slot, out_of_range    nobody of the bible; events without words; "{hero}" in a text; odd numbers
///   unchecked                                         more places for one thing than are looked at
/// and as advice:
///   thin_choice                                       ways that change nearly the same (see least_salience)
///   wrong_default                                     not the way whose arc was measured; so it is where a seen way was planned anew
namespace cineloom {

/// Everything of the list above.
std::vector<StoryFinding> check_story(const Story& story);

/// The same without advice.
std::vector<StoryFinding> faults_of(const Story& story);

/// Faults that can be told from the graph and what is true at its beginning: not those of promises, ratings and wishes.
std::vector<StoryFinding> check_story(const StoryGraph& graph, const std::set<Fact>& beginning);

/// False for advice; a story without faults is sound.
bool is_fault(const StoryFinding& finding);

/// Least Jaccard distance, 0 .. 1, between the facts that two ways of a choice change up to the next one (Cardona-Rivera et al.
/// 2014); 1 where there is nothing to choose.
double least_salience(const StoryGraph& graph, const std::set<Fact>& beginning);

}  // namespace cineloom
