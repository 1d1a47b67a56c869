#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/expected.h"
#include "base/random.h"
#include "domain/ids.h"
#include "domain/time.h"
#include "math/blas.h"

namespace cineloom {

/// What is known of a viewer's taste: a row w of factors that is N(mean, A^-1), A = L L'. Borrowed.
struct TastePosterior {
  std::span<const float> mean;    ///< [k]
  std::span<const float> factor;  ///< L [k, k], row-major, lower triangle, positive diagonal
};

/// How far a viewer's lists may stray from the best guess.
struct ExplorationOptions {
  double budget = 0.1;        ///< the viewer's wish, 0 (never) .. 1 (a full draw from the posterior)
  int evidence = 0;           ///< events known of the viewer, >= 0
  double half_evidence = 30;  ///< events after which the variance of the straying is halved, > 0
  double deviation = 1;       ///< standard deviation of the outcomes' noise, from held-out calibration, > 0
};

/// The factor s of the draw: budget * deviation * sqrt(half / (half + evidence)). The posterior itself tightens with evidence too;
/// this makes the lists of a well-known viewer settle. Errors: InvalidArgument for options out of range.
Expected<double> exploration_scale(const ExplorationOptions& options);

/// The seed of all draws of one visit: while it lasts the lists do not flicker.
Seed visit_seed(ViewerId viewer, Timestamp visit_begin);

/// Thompson sampling: scores h_i . (w + s L^-T z) with z standard normal from the seed [n]. `items` [n, k].
/// Errors: InvalidArgument if shapes disagree, a value is not finite, L has no positive diagonal, or scale < 0.
Expected<std::vector<float>> sampled_scores(const TastePosterior& posterior, ConstMatrixView items, double scale, Seed seed);

/// Makes a list, as positions in the scores, best first; the same scores must give the same list.
using ListMaker = std::function<std::vector<std::size_t>(std::span<const float> scores)>;
/// The highest scores; ties by position.
ListMaker top_list(std::size_t count);

/// How a list that was made from sampled scores came about.
struct PropensityRequest {
  std::span<const std::size_t> shown;  ///< the list: positions in the items
  ListMaker make_list;                 ///< what made it, with everything that comes after the sampling
  double scale = 0;                    ///< as in the draw
  int samples = 255;                   ///< further draws, 1 .. 100000; the standard error of p is sqrt(p (1 - p) / samples)
  Seed seed = 1;                       ///< of the further draws; must not be the list's own
};

/// For each shown item the chance that a list made in this way holds it: the share of the further draws and the one that was
/// used, so never 0; exactly 1 where scale is 0. Same inputs, same bytes. Errors: as sampled_scores; InvalidArgument for samples
/// out of range or a shown position that there is not.
Expected<std::vector<double>> propensities(const TastePosterior& posterior, ConstMatrixView items, const PropensityRequest& request);

}  // namespace cineloom
