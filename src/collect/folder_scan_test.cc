#include "collect/folder_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace cineloom {
namespace {

using ::testing::SizeIs;

class FolderScanTest : public ::testing::Test {
 protected:
  void put(const std::string& name) {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    EXPECT_TRUE(write_file(folder_.path() / name, "x"));
  }
  FolderScan scan() {
    Progress progress;
    const auto found = scan_folder(folder_.path(), progress, CancelToken());
    EXPECT_TRUE(found) << found.error().describe();
    return found ? *found : FolderScan();
  }

  TemporaryFolder folder_ = *TemporaryFolder::create("cineloom-scan");
};

TEST_F(FolderScanTest, FindsFilmsAndPassesOverWhatIsNone) {
  put("Ran (1985)/Ran (1985).mkv");
  put("Ran (1985)/Ran (1985)-trailer.mp4");
  put("Ran (1985)/Extras/Interview.mkv");
  put("Ran (1985)/Ran (1985).nfo");
  put("Series/The.Show.S01E02.mkv");
  put(".trash/Gone (2000).mkv");
  put("Ikiru (1952)-cd1.avi");
  put("Ikiru (1952)-cd2.avi");
  const FolderScan found = scan();
  ASSERT_THAT(found.videos, SizeIs(2));
  EXPECT_EQ(found.videos[0].name.title, "Ikiru");
  EXPECT_EQ(found.videos[1].name.year, 1985);
  EXPECT_EQ(found.extras, 1);
  EXPECT_EQ(found.episodes, 1);
}

TEST_F(FolderScanTest, SaysThatAFolderIsNotThere) {
  Progress progress;
  EXPECT_EQ(scan_folder(folder_.path() / "none", progress, CancelToken()).error().code(), ErrorCode::NotFound);
}

TEST(FilmOfName, GivesTitlesAsOthersMayCallTheFilm) {
  EXPECT_EQ(film_of_name(parse_film_name("The Godfather Part II.mkv")).title.english, "The Godfather Part 2");
  EXPECT_EQ(film_of_name(parse_film_name("黑客帝国.The.Matrix.1999.mkv")).title.chinese, "黑客帝国");
  EXPECT_EQ(film_of_name(parse_film_name("Star Wars - A New Hope (1977).mkv")).title.original, "Star Wars: A New Hope");
}

}  // namespace
}  // namespace cineloom
