#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "domain/telling.h"

namespace cineloom::store {

/// What is kept of a viewer as a JSON object, with the events put in: also those that another source told better, and films by their keys,
/// which mean something elsewhere. `text` brings the keys by number as "films", which goes. Errors: those of reading JSON.
Expected<std::string> with_events(std::string_view text, std::span<const Telling> tellings);

}  // namespace cineloom::store
