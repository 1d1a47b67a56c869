#pragma once

#include "cli/session.h"

namespace cineloom::cli {

/// Lives through one evening with the demo library and tells it: what was collected, seen, felt, plotted, written, picked
/// and answered, each as text and small plots.
Expected<void> tell_demo(Session& session, Cinema& cinema);

}  // namespace cineloom::cli
