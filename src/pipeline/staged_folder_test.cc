#include "pipeline/staged_folder.h"

#include <gtest/gtest.h>

namespace cineloom {
namespace {

namespace fs = std::filesystem;

class StagedFolderTest : public ::testing::Test {
 protected:
  StagedFolder staged(const std::string& content) {
    StagedFolder folder = *StagedFolder::create(parent_);
    EXPECT_TRUE(write_file(folder.path() / "file", content));
    return folder;
  }
  [[nodiscard]] std::string content() const { return *read_file(parent_ / "7" / "file"); }
  [[nodiscard]] long entries() const { return std::distance(fs::directory_iterator(parent_), {}); }

  TemporaryFolder root_ = *TemporaryFolder::create();
  fs::path parent_ = root_.path() / "films";
};

TEST_F(StagedFolderTest, ReplacesWhatWasThereAtOnce) {
  ASSERT_TRUE(staged("old").put_in_place("7"));
  EXPECT_EQ(content(), "old");
  ASSERT_TRUE(staged("new").put_in_place("7"));
  EXPECT_EQ(content(), "new");
  EXPECT_EQ(entries(), 1);
}

TEST_F(StagedFolderTest, LeavesNothingWhenItIsNeverPutInPlace) {
  ASSERT_TRUE(staged("old").put_in_place("7"));
  staged("new");
  EXPECT_EQ(content(), "old");
  EXPECT_EQ(entries(), 1);
}

TEST_F(StagedFolderTest, RemovesWhatAPowerCutLeft) {
  ASSERT_TRUE(staged("old").put_in_place("7"));
  fs::create_directory(parent_ / ".new.abcdef");
  StagedFolder::remove_leftovers(parent_);
  EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace cineloom
