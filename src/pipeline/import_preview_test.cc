#include "pipeline/import_preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(ImportPreviewTest, CountsAViewerOnceWhoIsInTheListAndInTables) {
  ImportBatch batch{.source = "movielens", .viewers = {{.name = "v1"}, {.name = "v2"}}};
  batch.tables.push_back(
      {.viewers = {"v1", "v2", "v3"}, .film_keys = {"ran-1985"}, .ratings = {{.viewer = 0, .film = 0, .stars = 4}, {.viewer = 2, .film = 0, .stars = 5}}});
  batch.tables.push_back({.viewers = {"v3"}, .film_keys = {"ran-1985"}, .ratings = {{.viewer = 0, .film = 0, .stars = 2}}});
  const ImportPreview preview = preview_of(batch);
  EXPECT_EQ(preview.viewers, 3);
  EXPECT_EQ(preview.events, 3);
  EXPECT_THAT(preview.kinds, ElementsAre(Pair("rate", 3)));
}

}  // namespace
}  // namespace cineloom
