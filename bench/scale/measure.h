#pragma once

#include <memory>

#include "base/expected.h"
#include "capacity.h"

namespace cineloom::bench {

/// What a store of a made-up audience takes and gives.
struct Measured {
  int viewers = 0;
  int events = 0;
  int films = 0;
  double disk_bytes = 0;           ///< of the tables that grow with viewers, events and films
  double events_of_one_ms = 0;     ///< median time to read a viewer's history
};

/// A PostgreSQL server of its own with its files on a disk, filled and asked. Errors: NotFound where it is not installed.
class Laboratory {
 public:
  static Expected<std::unique_ptr<Laboratory>> open();
  ~Laboratory();

  /// Everything that the model needs, from a store of some ten thousand events and more.
  Expected<Constants> measure();
  /// A fresh store of this size, to hold against what the constants foretell.
  Expected<Measured> fill(int viewers, int events_each, int films);

 private:
  struct Parts;
  explicit Laboratory(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cineloom::bench
