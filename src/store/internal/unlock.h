#pragma once

#include "store/internal/vault.h"

namespace cineloom::sqlite {

/// The keys of the store in a folder, from where its key.json says; null where it is not sealed. Reads only. Errors: InvalidArgument if the key does not
/// open it, NotFound if nothing says where it is.
Expected<std::shared_ptr<Vault>> unlock(Connection& connection, const std::filesystem::path& folder);
/// The same with a key that is named. Errors: InvalidArgument for no key where one is needed.
Expected<std::shared_ptr<Vault>> unlock_with(Connection& connection, const privacy::KeyChoice& key);

/// What a store that is written to is set to before anything else.
inline constexpr auto kWriterSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA secure_delete=ON;";

}  // namespace cineloom::sqlite
