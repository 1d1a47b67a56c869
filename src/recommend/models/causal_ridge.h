#pragma once

#include "base/cancel.h"
#include "base/expected.h"
#include "math/matrix.h"
#include "recommend/data/sequences.h"

namespace cineloom {

struct CausalRidgeOptions {
  double half_life = 3;         ///< events after which an item of the past counts half, > 0
  double regularization = 0.4;  ///< share s > 0 of l = s (20 + the mean of the diagonal of sum x x'): one number for dense and sparse data
  int threads = 0;              ///< 0 = all cores; the result does not depend on it
};

/// The next item as a ridge regression on the decayed past, in closed form: with the state x_t = sum_{s<=t} g^(t-s) e_{i_s} and
/// g = 2^(-1 / half_life), W = (sum_t x_t x_t' + l I)^-1 sum_t x_t e_{i_{t+1}}'. Row a of the result [items, items] is what an item a
/// of weight 1 in the state adds to the score of each item.
/// Memory: two matrices of the result's size. Time: 4 items^3 flops and one pass over pairs closer than twelve half-lives.
/// Errors: InvalidArgument for options out of range; Cancelled.
Expected<Matrix> causal_ridge(const Sequences& sequences, const CausalRidgeOptions& options, const CancelToken& cancel);

/// The two sides of its normal equations, without l: exposed for tests.
struct CausalMoments {
  Matrix states;  ///< sum_t x_t x_t', lower triangle
  Matrix next;    ///< sum_t x_t e_{i_{t+1}}'
};
CausalMoments causal_moments(const Sequences& sequences, double half_life, int threads, const CancelToken& cancel);

/// l for these states.
double absolute_regularization(const Matrix& states, double share);

}  // namespace cineloom
