#pragma once

#include <vector>

#include "base/random.h"
#include "recommend/models/scorer.h"

namespace cineloom {

/// Users taken out of a training matrix, a fifth of each one's events hidden: what a fit chooses its own settings by, so that its
/// defaults are good for any collection and no test data is touched.
struct HeldOutUsers {
  struct User {
    std::vector<HistoryEntry> known;
    std::vector<std::int32_t> hidden;  ///< sorted
  };
  SparseMatrix train;  ///< the other users
  std::vector<User> users;
};

/// A tenth, at most `most_held`, of the users with at least five events is held out; of the others at most `most_train` are kept.
/// No users are held out where there are fewer than fifty to choose from. Events of weight 0 do not count.
HeldOutUsers hold_out_users(const SparseMatrix& seen, std::size_t most_train, std::size_t most_held, Seed seed);

/// Mean NDCG@100 of the hidden events in the full ranking without the known ones.
double mean_ndcg(const Scorer& scorer, const HeldOutUsers& held_out);

}  // namespace cineloom
