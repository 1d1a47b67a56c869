#pragma once

#include <filesystem>
#include <memory>

#include "store/store.h"

namespace cineloom {

enum class StoreAccess {
  ReadWrite,  ///< the one writing process of a folder; a second one is refused
  ReadOnly,   ///< beside a running writer
};

/// Opens, or creates, the store in `folder`/cineloom.db: SQLite in WAL mode, synchronous=FULL, one writing connection whose
/// thread commits the calls that wait together (group commit).
/// Errors: Conflict if another process writes there, DataLoss if the file is no store of ours, NotFound (ReadOnly).
Expected<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& folder, StoreAccess access = StoreAccess::ReadWrite);

}  // namespace cineloom
