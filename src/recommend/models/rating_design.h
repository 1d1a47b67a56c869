#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/expected.h"
#include "math/sparse_matrix.h"
#include "recommend/data/interactions.h"

namespace cineloom {

/// What the rating sampler may use beside who rated what.
struct RatingDesignOptions {
  bool uses_implicit_users = true;  ///< a user is also the set of items rated (SVD++)
  bool uses_implicit_items = true;  ///< an item is also the set of its raters ("flipped" SVD++)
  bool uses_days = false;           ///< a user differs by day, and so does everybody
  int item_bins = 1;  ///< an item differs by period; periods hold equally many ratings, 1 .. 1000,
                      ///< 1 = it does not
  SparseMatrix user_features;  ///< [users, any] or empty: what is known of users
  SparseMatrix item_features;  ///< [items, any] or empty
};

/// Weights that many rows share: the value of a row's factor is the sum of its features' weights
/// times their values.
struct RatingFeatures {
  bool is_of_groups = false;      ///< rows are groups, not users or items
  SparseMatrix by_feature;        ///< [features, rows] of values
  std::vector<float> row_values;  ///< where all values of a row are the same and every row with a
                                  ///< cell has ratings: that value, by row; else empty
};

/// One side of the ratings, users or items. Each row (a user) is split into groups (a user on a
/// day): ratings belong to groups.
struct RatingSide {
  std::int32_t rows = 0;
  std::vector<std::int32_t> group_rows;  ///< the row of each group, rising
  bool has_group_factors = true;         ///< groups of a row differ in taste, not in bias alone
  std::vector<RatingFeatures> features;
  [[nodiscard]] std::size_t groups() const { return group_rows.size(); }
  /// Some row has more than one group.
  [[nodiscard]] bool has_groups() const { return group_rows.size() > static_cast<std::size_t>(rows); }
};

/// A rating by the groups it belongs to.
struct RatingPlace {
  std::int32_t user_group = 0;
  std::int32_t item_group = 0;
};

/// Ratings as the sampler takes them: sorted by user group.
struct RatingDesign {
  RatingSide users;
  RatingSide items;
  std::vector<RatingPlace> places;
  std::vector<float> stars;          ///< of places
  std::vector<RatingPlace> queries;  ///< in the order given
};

/// Only `ratings` shape features and periods; of `queries` (value unused) nothing but user, item
/// and time is looked at, and they add no more than groups without ratings. Errors: InvalidArgument
/// if there are no ratings, a query lies outside the matrix, features do not fit the rows, or
/// item_bins is out of range.
Expected<RatingDesign> design_ratings(const Interactions& ratings, std::span<const Interaction> queries, const RatingDesignOptions& options);

}  // namespace cineloom
