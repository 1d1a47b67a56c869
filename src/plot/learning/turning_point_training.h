#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "plot/synopsis_turns.h"

namespace cineloom {

/// A synopsis with the sentences at which people see it turn.
struct MarkedSynopsis {
  std::string film;  ///< synopses of one film are never on both sides of a fold
  std::vector<std::string> sentences;
  std::array<std::vector<std::size_t>, SynopsisTurnModel::kKinds> turns;  ///< any of them is right; at least one each
};

/// Chosen by parts of TRIPOD's training synopses (models/text/turning_points.md).
struct TurningPointTraining {
  double place_penalty = 0.001;  ///< L2 weight on the powers of the place, per synopsis, > 0
  double shape_penalty = 0.005;  ///< on length, names and change
  double word_penalty = 0.02;    ///< on words
  int least_films = 3;           ///< that a word is in
  int steps = 200;               ///< of Adam over all synopses
};

/// Multinomial logistic regression over the sentences of each synopsis, one for each point. Gives the bytes that SynopsisTurnModel::load
/// reads; same input, same bytes. Errors: InvalidArgument for no synopses, or marks that are no sentences; Cancelled.
Expected<std::string> train_turning_points(std::span<const MarkedSynopsis> synopses, const TurningPointTraining& options, const CancelToken& cancel);

/// Mean distance in percent of the text's length between found and marked sentences; `placed` gives a sentence for each point.
template <class Place>
double turning_point_distance(std::span<const MarkedSynopsis> synopses, Place placed) {
  double sum = 0;
  for (const MarkedSynopsis& synopsis : synopses) {
    const std::array<std::size_t, SynopsisTurnModel::kKinds> found = placed(synopsis);
    for (std::size_t k = 0; k < found.size(); ++k) {
      double least = 1;
      for (const std::size_t marked : synopsis.turns[k]) {
        const double apart = static_cast<double>(std::max(found[k], marked) - std::min(found[k], marked));
        least = std::min(least, apart / static_cast<double>(synopsis.sentences.size()));
      }
      sum += least;
    }
  }
  return synopses.empty() ? 0 : 100 * sum / static_cast<double>(synopses.size() * SynopsisTurnModel::kKinds);
}

/// Where each point lies on average, as a share of the text: the prior that a model must beat.
std::array<double, SynopsisTurnModel::kKinds> mean_places(std::span<const MarkedSynopsis> synopses);

}  // namespace cineloom
