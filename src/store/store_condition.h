#pragma once

#include <optional>

#include "base/error.h"

namespace cineloom {

class Store;

/// Whether a store takes what it is told.
struct StoreCondition {
  enum class Mode {
    Writable,
    Full,   ///< the disk has no room: what is there can be read, and every write is tried anew
    Broken  ///< the disk did not keep what it was given: nothing is written any more until the program starts again
  };
  Mode mode = Mode::Writable;
  std::optional<Error> cause;  ///< of the write that failed, unless writable
};

/// A store that lies on a disk of this machine. Thread-safe.
class StoreOnDisk {
 public:
  virtual ~StoreOnDisk() = default;
  /// As the last write left it; without writing.
  virtual StoreCondition condition() = 0;
  /// The same; where the disk was full a small write is tried first, so that it is found out when there is room again.
  virtual StoreCondition look_for_room() = 0;
};

/// The condition of any store: one that does not lie on a disk of this machine is writable.
StoreCondition condition_of(Store& store);
StoreCondition look_for_room(Store& store);

}  // namespace cineloom
