#pragma once

#include <filesystem>
#include <string>

#include "base/expected.h"
#include "pipeline/cinema.h"

namespace cineloom::bench {

/// Strings that stand nowhere else, in every place where something of a viewer is kept.
inline constexpr int kMarkers = 1000;

/// Models lie open also in a sealed library.
enum class ModelMarker { Yes, No };
/// Somebody who did ten thousand things, with a marker in each of their texts, among forty others; and a model that learned from them.
Expected<void> fill_with_markers(Cinema& cinema, const std::string& victim, ModelMarker model = ModelMarker::Yes);

/// How many of the markers are anywhere under the folder, the victim's name counting as one of them.
int markers_in(const std::filesystem::path& folder, const std::string& victim);

}  // namespace cineloom::bench
