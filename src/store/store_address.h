#pragma once

#include <memory>
#include <string_view>

#include "store/sqlite_store.h"

namespace cineloom {

/// True for postgresql:// and postgres://, which name a database server and not a folder.
bool is_server_address(std::string_view address);

/// Opens the store at an address: postgresql://user@host/database, or a folder for SQLite. Errors: those of open_postgres_store and
/// open_sqlite_store; InvalidArgument for a server's address where the program was built without libpq.
Expected<std::unique_ptr<Store>> open_store(std::string_view address, StoreAccess access = StoreAccess::ReadWrite);

}  // namespace cineloom
