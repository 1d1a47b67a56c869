#include "recommend/data/content_basis.h"

#include <gtest/gtest.h>

#include <vector>

namespace cineloom {
namespace {

TEST(ContentBasis, HearsWhatIsSharedTogetherWhereItIsSharp) {
  // Every item has one of two directors and one of two genres. Which pair it is, is no sum of the two.
  std::vector<SparseCell> cells;
  for (std::int32_t item = 0; item < 40; ++item) {
    cells.push_back({.row = item, .column = item % 2, .value = 1});
    cells.push_back({.row = item, .column = 2 + item / 2 % 2, .value = 1});
  }
  const SparseMatrix content = SparseMatrix::from_cells(cells, 40, 4);
  EXPECT_EQ(content_basis(content, {.dimensions = 10}).columns(), 2U);
  const Matrix sharp = content_basis(content, {.dimensions = 10, .sharpness = 3});
  ASSERT_GE(sharp.columns(), 3U);
  for (std::size_t item = 1; item < 40; ++item) {
    const bool is_same_kind = (item % 2 == 0) == (item / 2 % 2 == 0);
    EXPECT_GT(sharp.at(item, 2) * sharp.at(0, 2) * (is_same_kind ? 1.0F : -1.0F), 0) << item;
  }
}

}  // namespace
}  // namespace cineloom
