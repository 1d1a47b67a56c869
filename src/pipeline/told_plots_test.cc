#include "pipeline/told_plots.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "domain/json.h"
#include "store/sqlite_store.h"

namespace cineloom {
namespace {

const std::filesystem::path kModels = std::filesystem::path(CINELOOM_SOURCE_DIR) / "models/text";

TEST(ReadPlotFile, FindsFiveTurningPointsInTheFilesText) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  std::string text;
  for (int i = 0; i < 4; ++i) text += "Anna meets Ben at the river. Ben finds an old letter. Anna decides to leave. They lose everything. Anna saves Ben. ";
  ASSERT_TRUE(write_file(folder.path() / "plot.txt", text));
  const auto read = read_plot_file(folder.path() / "plot.txt", kModels);
  ASSERT_TRUE(read) << read.error().describe();
  ASSERT_EQ(read->plot.turning_points.size(), 5U);
  for (const ToldTurn& turn : read->plot.turning_points) EXPECT_LE(turn.span.end, read->text.size());
  EXPECT_EQ(read->plot.people.size(), 2U);
}

TEST(ReadPlotFile, RefusesWhatIsNoText) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 37 % 256);
  ASSERT_TRUE(write_file(folder.path() / "plot.txt", bytes));
  EXPECT_EQ(read_plot_file(folder.path() / "plot.txt", kModels).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(read_plot_file(folder.path() / "none.txt", kModels).error().code(), ErrorCode::NotFound);
}

TEST(FindFilmsByArc, PutsTheFilmThatRunsAsDrawnFirst) {
  const TemporaryFolder folder = *TemporaryFolder::create();
  const auto store = *open_sqlite_store(folder.path());
  for (const double way : {1.0, -1.0}) {
    FilmKnowledge known;
    for (int i = 0; i < 50; ++i) known.arc.push_back({.at = FilmTime(i * 1000), .valence = way * (i - 25) / 50.0});
    Film film{.key = way > 0 ? "rises" : "falls"};
    film.title.english = film.key;
    ASSERT_TRUE(store->put_findings(film, {}, "all", to_json(known)));
  }
  FilmCourses courses;
  const auto matches = find_films_by_arc(*store, courses, std::vector<double>{1, 0, -1}, 5);
  ASSERT_TRUE(matches) << matches.error().describe();
  ASSERT_EQ(matches->size(), 2U);
  EXPECT_EQ(matches->front().film.key, "falls");
  EXPECT_LT(matches->back().likeness, 0);
  EXPECT_FALSE(find_films_by_arc(*store, courses, std::vector<double>{1, 1, 1}, 5));
}

TEST(FeelingOfDrawing, IsAsGladAsTheDrawingAndAsStirringAsItMoves) {
  const Feeling calm = feeling_of_drawing(std::vector<double>{0.5, 0.5, 0.5});
  const Feeling wild = feeling_of_drawing(std::vector<double>{0.9, -0.9, 0.9, -0.9});
  EXPECT_DOUBLE_EQ(calm.valence, 0.5);
  EXPECT_DOUBLE_EQ(wild.valence, 0);
  EXPECT_LT(calm.arousal, 0.5);
  EXPECT_DOUBLE_EQ(wild.arousal, 1);
}

class FilmCoursesTest : public ::testing::Test {
 protected:
  void find(const std::string& key, const std::string& findings) {
    const Film film{.key = key};
    ASSERT_TRUE(store_->put_findings(film, {}, "all", findings));
  }
  std::size_t known_courses() { return (*courses_.arcs(*store_))->size(); }

  const std::string rising_ = [] {
    FilmKnowledge known;
    for (int i = 0; i < 50; ++i) known.arc.push_back({.at = FilmTime(i * 1000), .valence = (i - 25) / 50.0});
    return to_json(known);
  }();
  const TemporaryFolder folder_ = *TemporaryFolder::create();
  const std::unique_ptr<Store> store_ = *open_sqlite_store(folder_.path());
  FilmCourses courses_;
};

TEST_F(FilmCoursesTest, AreThoseOfFilmsWhoseCourseIsKnown) {
  find("rises", rising_);
  find("silent", to_json(FilmKnowledge()));
  find("of another version", R"({"shots":"many"})");
  const auto likenesses = course_likenesses(**courses_.arcs(*store_), std::vector<double>{-1, 0, 1});
  ASSERT_EQ(likenesses.size(), 1U);
  EXPECT_GT(likenesses.begin()->second, 0.9);
}

TEST_F(FilmCoursesTest, AreReadOnceAndAgainWhenAFilmWasAnalysed) {
  find("rises", rising_);
  const auto first = *courses_.arcs(*store_);
  EXPECT_EQ(*courses_.arcs(*store_), first);
  find("rises too", rising_);
  EXPECT_EQ(known_courses(), 2U);
}

}  // namespace
}  // namespace cineloom
