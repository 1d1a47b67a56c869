#pragma once

#include <cstdint>
#include <map>

#include "base/expected.h"
#include "domain/ids.h"

namespace cineloom {

class Store;

/// The part of a store that counts what it need not read. The same promises as Store.
class RatingCounts {
 public:
  virtual ~RatingCounts() = default;

  /// How many ratings that stand each viewer gave; who gave none is left out.
  virtual Expected<std::map<ViewerId, std::int64_t>> rating_counts() = 0;
};

/// Of any store. Errors: those of Store.
Expected<std::map<ViewerId, std::int64_t>> rating_counts(Store& store);

}  // namespace cineloom
