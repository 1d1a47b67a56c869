#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "privacy/master_key.h"
#include "store/privacy_store.h"

namespace cineloom {

/// A library in a folder whose personal columns are sealed: a key per viewer, wrapped with the owner's key (docs/formats/sealed-cells.md).
/// key.json in the folder says where the owner's key is, never what it is. All calls but `library_key` and `sealing_status` are refused
/// with Conflict while a program works in the folder.

enum class Sealing { None, UnderWay, Done };

struct SealingStatus {
  Sealing sealing = Sealing::None;
  privacy::KeyChoice key;                ///< where it is said to be
  std::string failure;                   ///< why that key does not open the library; empty = it does
  std::uint32_t master_version = 0;
  std::uint32_t data_version = 0;        ///< of the household's key; viewers' are the same or, while a rotation is under way, one more
  std::int64_t viewers = 0;
  std::int64_t keys = 0;                 ///< viewers who have one
  std::int64_t outdated = 0;             ///< keys older than the newest
};
/// Errors: NotFound without a library.
Expected<SealingStatus> sealing_status(const std::filesystem::path& folder);

/// Where key.json says that the key is; none where there is no such file. Errors: DataLoss for one that cannot be read.
Expected<privacy::KeyChoice> library_key(const std::filesystem::path& folder);

/// Seals a library that is there, or an empty one that it makes; goes on where a killed run left off. Errors: Conflict if it is sealed;
/// those of read_key; Cancelled: it may be called again, and opening the library goes on by itself.
Expected<void> seal_library(const std::filesystem::path& folder, const privacy::KeyChoice& key, Progress& progress, const CancelToken& cancel);

/// Says anew where the key is, for instance after a restore elsewhere. Errors: InvalidArgument if that key does not open the library.
Expected<void> use_library_key(const std::filesystem::path& folder, const privacy::KeyChoice& key);

/// Wraps every viewer's key with another owner's key, all or none; gives how many. The old key opens copies that were made before, nothing else.
Expected<int> rotate_master_key(const std::filesystem::path& folder, const privacy::KeyChoice& next);

/// Gives every viewer another key and seals every cell anew; goes on where a killed run left off. Gives how many cells.
Expected<std::int64_t> rotate_data_keys(const std::filesystem::path& folder, Progress& progress, const CancelToken& cancel);

/// erase_from_backup for a copy of a sealed library. Errors: InvalidArgument too, if the key does not open it.
Expected<ErasedRows> erase_from_backup(const std::filesystem::path& file, std::string_view viewer, std::span<const std::string> models,
                                       const privacy::KeyChoice& key);

}  // namespace cineloom
