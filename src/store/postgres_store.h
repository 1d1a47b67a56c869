#pragma once

#include <memory>
#include <string>

#include "store/sqlite_store.h"

namespace cineloom {

/// Opens, or makes ready, the store in a PostgreSQL database: any number of programs may write to it at a time. `address` is
/// postgresql://user@host:port/database; the password comes from ~/.pgpass, passfile= or PGPASSWORD, never from the address.
/// What needs a transaction is tried again when it collides with another; a server that restarts is waited for some seconds.
/// Errors: Unavailable if the server cannot be reached; DataLoss if the database is another program's or a newer one's; InvalidArgument
/// for an address with a password and for a server that would lose what it acknowledged.
Expected<std::unique_ptr<Store>> open_postgres_store(const std::string& address, StoreAccess access = StoreAccess::ReadWrite);

}  // namespace cineloom
