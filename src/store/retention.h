#pragma once

#include <cstdint>

#include "base/expected.h"
#include "domain/time.h"

namespace cineloom {

class Store;

/// What was let go, or would be.
struct DetailReceipt {
  std::int64_t events = 0;  ///< that lost the source's words or the mood they were told in
  std::int64_t slates = 0;  ///< lists shown that lost the mood and circumstances they were made for
};

enum class DetailRemoval { Count, Remove };

/// A store that can let go of details: what was done stays (film, kind, stars, time), what was said around it goes.
class DetailRetention {
 public:
  virtual ~DetailRetention() = default;
  /// Of everything before this time. Detail cannot be brought back; imports that are undone later do not need it. Errors: those of Store.
  virtual Expected<DetailReceipt> remove_detail(Timestamp before, DetailRemoval removal) = 0;
};

/// Of any store of this program.
Expected<DetailReceipt> remove_detail(Store& store, Timestamp before, DetailRemoval removal);

}  // namespace cineloom
