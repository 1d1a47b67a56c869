#pragma once

#include "base/cancel.h"
#include "base/expected.h"
#include "domain/knowledge.h"

namespace cineloom {

/// Finds who a film is about, how they stand to each other, what happens and where it turns.
/// Works on what there is: without speakers there are no characters, without the screenplay's action no events.
/// Errors: InvalidArgument for a timeline without scenes; Cancelled.
Expected<Plot> extract_plot(const Timeline& timeline, const Arc& arc, FilmTime duration, const CancelToken& cancel);

}  // namespace cineloom
