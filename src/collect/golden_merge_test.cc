#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "collect/testing/golden_merge.h"

namespace cineloom {
namespace {

using ::testing::IsEmpty;

namespace fs = std::filesystem;

fs::path source() { return CINELOOM_SOURCE_DIR; }
fs::path samples() { return source() / "tests" / "imports"; }

TEST(GoldenMerge, MakesOneHistoryOfWhatAllSourcesTell) {
  const auto golden = testing::read_golden(samples());
  ASSERT_TRUE(golden) << golden.error().describe();
  const auto batch = testing::merge_samples(source(), {samples()});
  ASSERT_TRUE(batch) << batch.error().describe();
  EXPECT_THAT(testing::wrong_in_merge(*batch, *golden), IsEmpty());
}

TEST(GoldenMerge, KnowsOfEveryEventWhereItComesFrom) {
  const auto batch = testing::merge_samples(source(), {samples()});
  ASSERT_TRUE(batch);
  for (const ImportedEvent& imported : batch->events) {
    EXPECT_NE(imported.event.origin, "");
    EXPECT_TRUE(imported.event.key.starts_with(imported.event.origin + ":")) << imported.event.key;
    const bool is_data_set = imported.event.origin.starts_with("movielens");
    EXPECT_TRUE(is_data_set ? imported.raw.empty() : json::parse(imported.raw).has_value()) << imported.event.key;
  }
}

TEST(GoldenMerge, DoesNotDependOnNamesOfFiles) {
  const auto golden = testing::read_golden(samples());
  const auto folder = *TemporaryFolder::create("cineloom-names");
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(samples())) {
    if (!entry.is_regular_file() || entry.path().filename() == "golden.json") continue;
    const fs::path renamed = folder.path() / fmt::format("download ({}).bin", paths.size());
    fs::copy_file(entry.path(), renamed);
    paths.push_back(renamed);
  }
  const auto batch = testing::merge_samples(source(), paths);
  ASSERT_TRUE(batch) << batch.error().describe();
  EXPECT_THAT(testing::wrong_in_merge(*batch, *golden), IsEmpty());
}

}  // namespace
}  // namespace cineloom
