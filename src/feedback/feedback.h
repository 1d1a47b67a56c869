#pragma once

#include "base/expected.h"
#include "domain/event.h"

namespace cineloom {

/// Checks what a viewer did and brings it into one form: stars in halves from 0.5 to 5 for Rate, a share of 0 to 1 for
/// Abandon, no value otherwise. Errors: InvalidArgument that says what is expected.
Expected<Event> accept_event(Event event);

}  // namespace cineloom
