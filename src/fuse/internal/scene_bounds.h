#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/knowledge.h"
#include "fuse/internal/script_scenes.h"

namespace cineloom::fuse {

/// Lines of one of the script's scenes that follow each other in the film.
struct HeardScene {
  std::size_t scene = 0;  ///< index into the script's scenes
  FilmTime begin{0};
  FilmTime end{0};
};

/// Places the script's scenes on the film in the film's order: heard scenes by their lines, silent ones between two of them
/// that follow each other in the script by their length, all bounds on shot bounds where there are any. A scene may return.
/// Scenes of which nothing was heard though they speak, and silent scenes of a section without a heard scene, are not in this
/// film. `index_of` gets, per heard scene, its index in the result.
std::vector<Scene> place_scenes(const Script& script, std::span<const HeardScene> heard, const VideoFindings* video, FilmTime duration,
                                std::vector<int>& index_of);

/// Scenes from the picture alone: cut where a fade or dissolve lies, or where the palette changes for good.
std::vector<Scene> scenes_from_shots(const VideoFindings& video);

/// Fills first_shot and last_shot of every scene.
void number_shots(std::vector<Scene>& scenes, std::span<const Shot> shots);

}  // namespace cineloom::fuse
