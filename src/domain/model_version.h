#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>

#include "domain/time.h"

namespace cineloom {

/// What became of a kept model.
enum class ModelState {
  Good,     ///< can be used
  Damaged,  ///< its bytes are not what was stored, or it could not be loaded; never chosen again
};
BOOST_DESCRIBE_ENUM(ModelState, Good, Damaged)

/// One of the trained models kept under a name, without its bytes.
struct ModelVersion {
  std::string name;           ///< what it is for: "recommender"
  int number = 0;             ///< 1, 2, ... within a name; never used twice
  Timestamp trained_at;
  std::string settings;       ///< JSON object: what it was trained with
  std::string metrics;        ///< JSON object: how well it did where it was measured
  std::int64_t size_bytes = 0;
  ModelState state = ModelState::Good;
  bool is_active = false;     ///< the one that answers now; exactly one of a name, or none
};
BOOST_DESCRIBE_STRUCT(ModelVersion, (), (name, number, trained_at, settings, metrics, size_bytes, state, is_active))

/// A kept model with its bytes, as it is handed out.
struct StoredModel {
  ModelVersion version;
  std::string bytes;
  std::string warning;  ///< says that the active version was damaged and an earlier one is given; empty = all is well
};

}  // namespace cineloom
