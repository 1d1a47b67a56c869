#pragma once

#include <string>
#include <vector>

namespace cineloom {

/// Where the action of a screenplay's scene stands between its lines.
struct SceneOrder {
  std::string heading;
  int lines = 0;                  ///< spoken in it, as written
  std::vector<int> lines_before;  ///< for each line of the scene's action text: how many spoken lines stand before it
};

/// The scenes of a screenplay, in order.
using ScriptOrder = std::vector<SceneOrder>;

}  // namespace cineloom
