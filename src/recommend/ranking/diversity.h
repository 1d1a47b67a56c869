#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "recommend/ranking/list.h"

namespace cineloom {

/// How alike two candidates are, 0 (nothing in common) .. 1 (the same), by their positions.
using Likeness = std::function<double(std::size_t, std::size_t)>;

/// Maximal marginal relevance (Carbonell and Goldstein 1998): a candidate pays `penalty` (>= 0, in the scores' unit) times its
/// likeness to the most alike of those chosen.
class SamenessTerm final : public ListTerm {
 public:
  SamenessTerm(std::size_t candidates, Likeness likeness, double penalty) : likeness_(std::move(likeness)), penalty_(penalty), closest_(candidates, 0) {}
  [[nodiscard]] double worth(std::size_t position) const override { return -penalty_ * closest_[position]; }
  void choose(std::size_t position) override;

 private:
  Likeness likeness_;
  double penalty_;
  std::vector<double> closest_;  ///< likeness to the most alike of those chosen
};

/// The most probable set of a determinantal point process, greedily (Chen, Zhang, Zhou 2018): kernel
/// L_ij = exp(sharpness (s_i + s_j) / 2) likeness_ij, so that `sharpness` >= 0 (per unit of score) trades score for volume.
/// Stops early when what is left adds no volume. Likeness must be a positive semi-definite kernel with ones on its diagonal.
std::vector<std::size_t> pick_determinantal(std::span<const double> scores, const Likeness& likeness, double sharpness, std::size_t count);

}  // namespace cineloom
