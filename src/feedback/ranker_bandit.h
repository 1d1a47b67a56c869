#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/random.h"
#include "domain/slate.h"

namespace cineloom {

/// Which ranker makes the next list: a bandit whose arms are rankers, on the log of shown lists.

/// How one ranker's lists fared; counts may be fractions because old lists fade.
struct RankerRecord {
  std::string name;
  double successes = 0;  ///< lists of which a film was watched, >= 0
  double failures = 0;   ///< >= 0
};

/// The records of rankers from what was shown; a list counts half after `half_life`. In the order of `rankers`; those that were
/// never shown have none, others in the log are passed over.
std::vector<RankerRecord> ranker_records(std::span<const ShownFilm> shown, std::span<const std::string> rankers, Timestamp now,
                                         std::chrono::days half_life = std::chrono::days(60));

struct RankerBanditOptions {
  double prior_successes = 1;  ///< of the Beta prior, > 0
  double prior_failures = 4;   ///< > 0: most lists are not followed
  double least_share = 0.05;   ///< every ranker keeps at least this chance, 0 .. 1 / rankers, so that the log stays useful
  int samples = 4000;          ///< draws for the chances, 100 .. 1000000
  Seed seed = 1;               ///< of this choice; one per viewer and visit keeps lists from flickering
};

struct RankerChoice {
  std::size_t ranker = 0;        ///< position in the records
  std::vector<double> chances;   ///< of each ranker to be chosen, summing to 1
};

/// Thompson sampling with Beta posteriors over success per list. The choice is drawn from the chances themselves, so the chance of
/// the chosen one is its propensity exactly. Errors: InvalidArgument for no rankers or values out of range.
Expected<RankerChoice> choose_ranker(std::span<const RankerRecord> records, const RankerBanditOptions& options);

/// The position drawn with these chances, which sum to 1.
std::size_t draw_ranker(std::span<const double> chances, Seed seed);

}  // namespace cineloom
