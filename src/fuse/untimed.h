#pragma once

#include "domain/knowledge.h"
#include "domain/screenplay.h"

namespace cineloom {

/// The scenes and lines of a screenplay that no film belongs to: without times and shots; who speaks where, in order.
Timeline untimed(const Screenplay& screenplay);

}  // namespace cineloom
