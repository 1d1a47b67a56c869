#pragma once

#include <string>
#include <vector>

#include "domain/screenplay.h"

namespace cineloom::fuse {

/// A spoken paragraph of the screenplay.
struct Speech {
  std::string speaker;
  std::string text;
  int scene = -1;  ///< index into the script's scenes
};

/// A scene as the screenplay tells it, without times.
struct ScriptScene {
  std::string heading;
  std::string setting;    ///< "INT", "EXT", "INT/EXT", "EST" or empty
  std::string place;
  std::string time_of_day;
  std::string action;
  int section = 0;        ///< which top section it stands in; scenes before any are in 0
  double weight = 1;      ///< words of action and dialogue: how long it may last
};

struct Script {
  std::vector<ScriptScene> scenes;
  std::vector<Speech> speeches;
};

/// Groups the elements of a screenplay by scene. Names lose their extensions; "MIRA" becomes "Mira".
Script read_script(const Screenplay& screenplay);

}  // namespace cineloom::fuse
