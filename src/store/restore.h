#pragma once

#include <cstdint>
#include <filesystem>

#include "base/expected.h"

namespace cineloom {

/// Where a copy of a store lies in a library's folder before it takes the store's place.
std::filesystem::path incoming_store(const std::filesystem::path& folder);
/// Removes what a run that was killed left there, journals too: they must not be taken for the next copy's.
void clear_incoming_store(const std::filesystem::path& folder);

enum class Replacing { No, Yes };

/// What a copy held.
struct RestoreReceipt {
  std::int64_t films = 0;
  std::int64_t viewers = 0;
  std::int64_t events = 0;
  bool has_ledger = true;  ///< of the library that was replaced; false where its releases could not be read
};

/// Reads the copy at incoming_store(folder) whole, checks it, and puts it in the place of the folder's store, in one step: whenever the
/// program ends meanwhile, the old store is there or the new one. A copy that fails the check is removed. Errors: Conflict if another
/// process works in the folder, or there is a store and it is not to be replaced; DataLoss for a copy that is damaged or no store of ours.
Expected<RestoreReceipt> take_in_store(const std::filesystem::path& folder, Replacing replacing);

}  // namespace cineloom
