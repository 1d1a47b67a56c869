#pragma once

#include <string>

#include "base/random.h"

namespace cineloom::bench {

/// A model file made hostile: by turns its header fuzzed, its counts huge, the file cut off, weights that are no numbers.
std::string break_gguf(std::string bytes, int kind, Random& random);

}  // namespace cineloom::bench
