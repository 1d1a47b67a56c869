#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/knowledge.h"
#include "fuse/internal/script_scenes.h"

namespace cineloom::fuse {

/// When the lines of a script's scene are heard.
struct HeardSpan {
  FilmTime begin{0};
  FilmTime end{0};
};

/// Places the script's scenes on the film: heard scenes by their lines, silent ones between them by their length, all bounds
/// on shot bounds where there are any. Scenes of which nothing was heard though they speak, and silent scenes of a section
/// without a heard scene, are not in this film. `index_of` gets, per script scene, its index in the result or -1.
std::vector<Scene> place_scenes(const Script& script, std::span<const std::optional<HeardSpan>> heard, const VideoFindings* video, FilmTime duration,
                                std::vector<int>& index_of);

/// Scenes from the picture alone: cut where a fade or dissolve lies, or where the palette changes for good.
std::vector<Scene> scenes_from_shots(const VideoFindings& video);

/// Fills first_shot and last_shot of every scene.
void number_shots(std::vector<Scene>& scenes, std::span<const Shot> shots);

}  // namespace cineloom::fuse
