#pragma once

#include "base/expected.h"
#include "domain/knowledge.h"
#include "domain/screenplay.h"
#include "domain/script_order.h"

namespace cineloom {

/// The timeline of a film that exists on paper only: scenes, action and lines in the script's order, as long as they take to be read aloud
/// (two and a half words a second, and a pause behind each paragraph). Scenes have no shots (`first_shot` > `last_shot`).
/// Errors: InvalidArgument for a screenplay without a scene heading.
Expected<Timeline> time_screenplay(const Screenplay& screenplay);

/// Where each line of action stands between the spoken lines of its scene, which a Timeline does not say.
ScriptOrder order_of(const Screenplay& screenplay);

}  // namespace cineloom
