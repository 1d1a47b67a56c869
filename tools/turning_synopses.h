#pragma once

#include <algorithm>
#include <filesystem>
#include <vector>

#include "plot/learning/turning_point_training.h"
#include "text_corpora.h"

namespace cineloom::corpora {

/// TRIPOD's synopses, part "train" or "test", as they are trained on and measured. Errors: NotFound.
inline Expected<std::vector<MarkedSynopsis>> read_marked_synopses(const std::filesystem::path& folder, const std::string& part) {
  CINELOOM_TRY_ASSIGN(auto read, read_tripod(folder, part));
  std::vector<MarkedSynopsis> synopses;
  for (TurningSynopsis& synopsis : read) {
    MarkedSynopsis& marked = synopses.emplace_back(MarkedSynopsis{.film = std::move(synopsis.film), .sentences = std::move(synopsis.sentences), .turns = {}});
    std::ranges::move(synopsis.turns, marked.turns.begin());
  }
  return synopses;
}

}  // namespace cineloom::corpora
