#pragma once

#include "base/cancel.h"

namespace cineloom::cli {

/// A token that the first Ctrl-C or SIGTERM cancels; the second ends the program at once.
CancelToken cancel_on_interrupt();

/// Waits until somebody asks to stop.
void wait_for_interrupt();

}  // namespace cineloom::cli
