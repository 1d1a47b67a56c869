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

/// Two pieces of a text one after the other.
void append_sentence(std::string& text, const std::string& more, const std::string& language);

}  // namespace cineloom::story
