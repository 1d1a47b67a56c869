#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/expected.h"
#include "base/random.h"
#include "math/matrix.h"

namespace cineloom {

/// Lists of candidates described by features, and which of each list was taken.
struct RankerLists {
  std::size_t features = 0;
  std::vector<float> values;             ///< one row of `features` numbers per candidate, lists after each other
  std::vector<std::size_t> begins{0};    ///< list l holds the candidates begins[l] .. begins[l + 1)
  std::vector<std::int32_t> chosen;      ///< by list: which of its candidates was taken

  [[nodiscard]] std::size_t count() const { return chosen.size(); }
  [[nodiscard]] std::size_t size(std::size_t list) const { return begins[list + 1] - begins[list]; }
  [[nodiscard]] std::span<const float> of_list(std::size_t list) const { return std::span(values).subspan(begins[list] * features, size(list) * features); }
};

struct RankerOptions {
  std::size_t hidden = 32;       ///< units of the hidden layer, 0 .. 1024; 0 = a linear model
  int passes = 4;                ///< over all lists, 1 .. 1000
  double learning_rate = 0.004;  ///< Adam's, falls to a twentieth
  double weight_decay = 0.001;   ///< per step and learning rate (AdamW), >= 0
  Seed seed = 1;                 ///< first weights and order of lists
  int threads = 0;               ///< 0 = all cores; the result does not depend on it
};

/// Learns to rank candidates by their features: score = w.x + v.relu(W'x + b) on standardised x, by the cross entropy of the one
/// that was taken among its list (ListNet's top-one loss, Cao et al. 2007), Adam with decoupled weight decay.
class ListwiseRanker {
 public:
  ListwiseRanker() = default;
  /// Errors: InvalidArgument for no lists, a choice outside its list, values that are not finite, options out of range; Cancelled.
  static Expected<ListwiseRanker> train(const RankerLists& lists, const RankerOptions& options, const CancelToken& cancel);

  [[nodiscard]] std::size_t features() const { return mean_.size(); }
  /// `rows` [candidates, features]; writes one score per candidate. Any number of threads.
  void score(std::span<const float> rows, std::span<float> scores) const;
  /// Weights of the linear part per unit of a feature (not standardised).
  [[nodiscard]] std::vector<float> linear_weights() const;

  void write(ByteWriter& out) const;
  /// Errors: DataLoss for shapes that disagree or numbers that are not finite.
  static Expected<ListwiseRanker> read(ByteReader& in);

 private:
  friend class RankerTraining;
  [[nodiscard]] Matrix standardised(std::span<const float> rows) const;

  std::size_t hidden_ = 0;
  std::vector<float> mean_;
  std::vector<float> scale_;    ///< 1 / deviation
  std::vector<float> weights_;  ///< W [features, hidden], b [hidden], v [hidden], w [features]
};

}  // namespace cineloom
