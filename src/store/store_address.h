#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "store/sqlite_store.h"

namespace cineloom {

/// True for postgresql:// and postgres://, which name a database server and not a folder.
bool is_server_address(std::string_view address);

/// Opens the store at an address: postgresql://user@host/database, or a folder for SQLite. Errors: those of open_postgres_store and
/// open_sqlite_store; InvalidArgument for a server's address where the program was built without libpq.
Expected<std::unique_ptr<Store>> open_store(std::string_view address, StoreAccess access = StoreAccess::ReadWrite);

/// Where a library lies: at a server where one is named, else in its folder.
inline std::string library_address(const std::string& server, const std::filesystem::path& folder) { return server.empty() ? folder.string() : server; }

}  // namespace cineloom
