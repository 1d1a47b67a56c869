#pragma once

#include <map>
#include <string>

#include "base/random.h"
#include "domain/story.h"
#include "story/schema.h"

namespace cineloom::story {

/// Names of the roles in the story's language.
using Cast = std::map<std::string, std::string>;

/// Puts names into the {slots} of a text.
std::string fill(std::string text, const Cast& cast);

/// One of the schema's tellings, which one by the seed.
std::string tell(const EventSchema& schema, const Cast& cast, const std::string& language, Seed seed);

/// Adds the telling of an event to what is told of a node's events before it: a new paragraph where it does not follow from the last.
void append_telling(StoryNode& node, const StoryEvent& event, const std::string& telling, const std::string& language);

}  // namespace cineloom::story
