#pragma once

#include "output/encoder.h"

namespace film {

/// Draws, sounds and encodes a whole timeline into one mp4. Every cut is a
/// keyframe, so that playback can enter at the first frame of any story node.
Expected<void> write_film(const Timeline& timeline, const std::string& path);

}  // namespace film
