#pragma once

#include "base/expected.h"
#include "base/files.h"

namespace cineloom::bench {

/// A connection to a port of the loopback that never blocks and sends at once. Errors: Unavailable.
Expected<FileDescriptor> connect_to_loopback(int port);

}  // namespace cineloom::bench
