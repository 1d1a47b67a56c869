#pragma once

#include <span>
#include <vector>

#include "math/sparse_matrix.h"
#include "privacy/bounded_sum.h"
#include "recommend/models/viewer_rows.h"

/// What one viewer adds to the sums that private factors are made of, and the sums. Everything a viewer can change of what is told goes
/// through these functions; each of the three vectors has length at most 1.
namespace cineloom::private_sums {

/// By item: 1 / sqrt(m) for each of the viewer's m items.
std::vector<privacy::Share> count_shares(std::span<const std::int32_t> items);
/// By item and dimension: the item's weight times the row, all shortened to length 1. `row` [k] of length 1; `weights` by item, > 0.
std::vector<privacy::Share> item_shares(std::span<const std::int32_t> items, std::span<const float> row, std::span<const double> weights);
/// The lower triangle of row row', the cells beside the diagonal times sqrt(2), so that lengths are those of the whole square.
std::vector<privacy::Share> gram_shares(std::span<const float> row);

/// Sums over all viewers, rows of `seen`: [items], [k (k + 1) / 2], [items, k].
privacy::BoundedSum counts(const SparseMatrix& seen);
privacy::BoundedSum gram(const SparseMatrix& seen, const ViewerRows& rows);
privacy::BoundedSum items(const SparseMatrix& seen, const ViewerRows& rows, std::span<const double> weights);

/// Which of a viewer's items speak louder. Hardly known items drown in noise whatever they say, and the best known are heard anyway:
/// most is learned of those between.
struct ItemWeighting {
  float rise = 0.4F;            ///< weights grow like fame^rise, >= 0
  float fall = 0.6F;            ///< and past the fame of the `familiar`-th item like fame^(rise - fall), >= 0
  std::int32_t familiar = 100;  ///< counted from the best known, >= 1
};
/// Weights by item, scaled so that the mean square over what viewers know is 1. `fame` > 0.
std::vector<double> item_weights(std::span<const double> fame, const ItemWeighting& weighting);
/// A told triangle as a full square [k, k].
std::vector<double> square_of(std::span<const double> triangle, std::size_t size);

}  // namespace cineloom::private_sums
