#include "privacy/partition_selection.h"

#include <algorithm>
#include <cmath>

namespace cineloom::privacy {

double keep_probability(long viewers, const PrivacyLoss& loss) {
  double kept = 0;
  for (long count = 0; count < viewers && kept < 1; ++count) {
    kept = std::min({std::exp(loss.epsilon) * kept + loss.delta, 1 - std::exp(-loss.epsilon) * (1 - kept - loss.delta), 1.0});
  }
  return kept;
}

}  // namespace cineloom::privacy
