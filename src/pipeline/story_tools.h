#pragma once

#include "story/schema.h"

namespace cineloom {

/// What stories are written with, loaded once.
struct StoryTools {
  SchemaLibrary library;
};

}  // namespace cineloom
