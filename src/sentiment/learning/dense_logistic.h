#pragma once

#include <span>
#include <vector>

#include "base/expected.h"

namespace cineloom {

struct LogisticFit {
  std::vector<double> weights;  ///< by feature, for features as they came
  double bias = 0;
};

/// Logistic regression of a few features by Newton's method; the features are standardised within, `regularization` > 0 is the L2
/// weight on the standardised ones. Shapes: rows [examples, features] row-major, labels -1 or 1.
/// Errors: InvalidArgument if shapes disagree or there are no examples.
Expected<LogisticFit> fit_logistic(std::span<const float> rows, std::size_t features, std::span<const float> labels, double regularization);

}  // namespace cineloom
