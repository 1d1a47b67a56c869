#pragma once

#include <map>
#include <string>

#include "base/random.h"
#include "domain/story.h"
#include "story/schema.h"

namespace cineloom::story {

/// Names of the roles in the story's language.
using Cast = std::map<std::string, std::string>;

/// Puts names into the slots of a text: "{hero}" is a name; "{hero:me}" is one that a narrator says as "me"; "{hero+ally:They}" is that
/// word where none of these roles tells the story. See models/story/README.md.
std::string fill(const std::string& text, const Cast& cast);

/// The same where `narrator` tells it: "I", "me", "my", and "we" where the narrator is among them. What others say aloud keeps the name.
std::string fill_as(const std::string& narrator, const std::string& text, const Cast& cast, const std::string& language);

/// One of the schema's tellings, by the seed among those that suit the style, from the point of view asked for.
std::string tell(const EventSchema& schema, const Cast& cast, const StoryRequest& request, Seed seed);

/// Adds the telling of an event to what is told of a node's events before it: a new paragraph where it does not follow from the last.
void append_telling(StoryNode& node, const StoryEvent& event, const std::string& telling, const std::string& language);

}  // namespace cineloom::story
