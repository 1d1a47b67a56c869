#pragma once

#include <optional>
#include <span>
#include <vector>

#include "math/matrix.h"
#include "recommend/models/fold_in.h"

namespace cineloom {

/// How a viewer's history becomes a row of length 1 in private training. All that it is made of is public or was told with noise.
class ViewerRows {
 public:
  /// By what is said of the items: [constant, how far their mean place is from that of what viewers know at large], in directions that
  /// are as long as any other. `places` [items, d], `fame` by item; `size` >= 2.
  static ViewerRows by_content(const Matrix& places, std::span<const double> fame, std::size_t size, float constant);
  /// By item factors.
  static ViewerRows by_factors(FoldIn items);
  /// The same turned into a basis in which the rows' told square [k, k] is nearly the unit one: directions in which all viewers agree,
  /// fame above all, would else use up the length that a row may have. What lies below the square's `noise` is not drawn out.
  [[nodiscard]] ViewerRows whitened(std::span<const double> gram, double noise) const;
  /// The told square after that, scaled to the trace `viewers`; only of what whitened() gave.
  [[nodiscard]] std::vector<double> whitened_gram(double viewers) const;
  /// Item factors whose products with rows are those they were made by, but for the rows' lengths; empty for rows by content.
  [[nodiscard]] Matrix item_factors() const;

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Zeros for an empty history.
  [[nodiscard]] std::vector<float> row(std::span<const std::int32_t> history) const;

 private:
  [[nodiscard]] std::vector<float> content_row(std::span<const std::int32_t> history) const;

  std::size_t size_ = 0;
  float constant_ = 0;
  Matrix places_;                  // [items, size - 1], where there are no factors
  std::optional<FoldIn> factors_;
  Matrix turn_;                    // [size, size], one axis a row; empty = as they are
  std::vector<double> stretch_;    // by axis
  std::vector<double> lengths_;    // of the square, by axis, before
};

}  // namespace cineloom
