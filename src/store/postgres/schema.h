#pragma once

#include "store/postgres/connection.h"

namespace cineloom::postgres {

/// Makes or renews the tables, once however many programs start at a time. Errors: DataLoss if the tables are another program's or a newer
/// one's; InvalidArgument for a server that cannot keep its promises: fsync switched off, or another encoding than UTF-8.
Expected<void> migrate(Connection& connection);

}  // namespace cineloom::postgres
