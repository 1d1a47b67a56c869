#pragma once

#include "base/ranks.h"
#include "recommend/models/ials.h"

namespace cineloom {

/// Ials::fit by several processes, each of which holds some of the users and knows nothing of the others: `own` [users of this rank,
/// items], which may have no rows. What a rank tells are sums over its users in whole numbers (WholeRows), so any number of ranks and any
/// sharing out of the users give the same model bit for bit, on machines of one kind. It is not bit for bit that of Ials::fit, which adds
/// floats. Items are solved exactly, each by one rank. `options`: the same at all ranks; solver and first_items are not asked. Memory of
/// a rank: its users, all items' factors, and some megabytes of sums. The model is without users.
/// Errors: those of Ials::fit; those of Ranks. After an error at one rank the others must be ended.
Expected<Ials> fit_in_ranks(const SparseMatrix& own, Ranks& ranks, const IalsOptions& options, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
