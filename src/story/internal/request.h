#pragma once

#include <set>

#include "base/expected.h"
#include "domain/story.h"
#include "domain/story_wishes.h"
#include "story/schema.h"

namespace cineloom::story {

/// Errors: InvalidArgument that says what is out of range, unknown or at odds with something else.
Expected<void> check_request(const StoryRequest& request, const SchemaLibrary& library);

/// What could be left out so that a plan fits: each demand that is enough alone, else all that go with the first of which two are enough;
/// empty where a plan fits, or neither helps.
std::vector<StoryRelaxation> smallest_relaxations(const StoryRequest& request, const SchemaLibrary& library, const std::set<Fact>& beginning);

/// Why no plan fits: Unavailable with the least that would have to give way, found by leaving out each demand, then each two.
Error explain_refusal(const StoryRequest& request, const SchemaLibrary& library, const std::set<Fact>& beginning);

/// At most so many nodes are made for a request.
std::size_t most_nodes(const StoryRequest& request);

}  // namespace cineloom::story
