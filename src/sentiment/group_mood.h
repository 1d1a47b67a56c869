#pragma once

#include <span>

#include "domain/feeling.h"

namespace cineloom {

/// One mood of several who watch together: who is surer of theirs counts for more; wishes are their mean. What one will not see nobody sees, and
/// the shortest time holds; a genre or language is a condition only where all who name one name it. It says nothing of whose words it was made.
Mood mood_of_all(std::span<const Mood> moods);

}  // namespace cineloom
