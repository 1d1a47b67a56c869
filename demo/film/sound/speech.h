#pragma once

#include <string>
#include <vector>

#include "story/shot.h"

namespace film {

/// Speaks a line in the voice of a character. Mono, 48 kHz, peak about 0.5, silence trimmed.
/// The same text gives the same samples. Ends the program if the speech engine is not there.
std::vector<float> speak(Who who, const std::string& text);

}  // namespace film
