#pragma once

#include <cstdint>
#include <map>

#include "base/expected.h"
#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

class Store;

/// How often each film was watched, liked or rated, of what stands. Ratings of data sets do not count: nobody watched them here.
struct WatchCounts {
  std::map<FilmId, int> until;  ///< up to the moment, inclusive
  std::map<FilmId, int> since;
};

/// The part of a store that counts what it need not read. The same promises as Store.
class RatingCounts {
 public:
  virtual ~RatingCounts() = default;

  /// How many ratings that stand each viewer gave; who gave none is left out.
  virtual Expected<std::map<ViewerId, std::int64_t>> rating_counts() = 0;
  virtual Expected<WatchCounts> watch_counts(Timestamp moment) = 0;
};

/// Of any store. Errors: those of Store.
Expected<std::map<ViewerId, std::int64_t>> rating_counts(Store& store);
Expected<WatchCounts> watch_counts(Store& store, Timestamp moment);

}  // namespace cineloom
