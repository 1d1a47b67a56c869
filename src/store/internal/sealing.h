#pragma once

#include "base/progress.h"
#include "store/internal/vault.h"

namespace cineloom::sqlite {

/// Seals what lies open, in transactions of some thousand rows; what a killed run left is taken up again. Then writes the file anew, so that
/// nothing is left of what lay open. The connection writes and has the vault; outside of a transaction. Errors: Cancelled; those of scrub.
Expected<void> seal_all(Connection& connection, Progress& progress, const CancelToken& cancel);

/// Wraps every key anew for another master key, in one transaction.
Expected<int> rewrap_keys(Connection& connection, const privacy::KeySource& next, const SealingRow& row);

/// Gives every viewer whose key has `version` or an older one, and the household, the next key, and seals their cells with it: whole viewers in
/// transactions of some thousand cells. What a killed run left is taken up again with the same version. Gives how many cells were sealed.
Expected<std::int64_t> renew_data_keys(Connection& connection, std::uint32_t version, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom::sqlite
