#include "cli/terminal_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"

namespace cineloom::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(DrawCurve, PutsHighValuesAbove) {
  const std::vector<double> rising = {-1, 1};
  const std::string plot = draw_curve(rising, {.columns = 8, .rows = 2});
  EXPECT_THAT(plot, StartsWith("  1.0 ┤"));
  EXPECT_EQ(std::ranges::count(plot, '\n'), 2);
  // The last character of the upper row has dots, the first has none: the curve ends high and begins low.
  const std::string top = plot.substr(0, plot.find('\n'));
  EXPECT_FALSE(top.ends_with("⠀"));
  EXPECT_THAT(top, StartsWith("  1.0 ┤⠀"));
}

TEST(DrawCurve, DrawsNothingForNoValues) { EXPECT_FALSE(draw_curve({}, {}).empty()); }

TEST(DrawBars, AlignsLabelsOfAnyWidth) {
  const std::vector<Bar> bars = {{.label = "Mira", .share = 1, .note = "a"}, {.label = "托宾叔叔", .share = 0, .note = "b"}};
  const std::string text = draw_bars(bars, 4);
  EXPECT_THAT(text, HasSubstr("  Mira      ████  a\n"));
  EXPECT_THAT(text, HasSubstr("  托宾叔叔  ░░░░  b\n"));
}

TEST(Fit, NeverSplitsAWideCharacter) {
  EXPECT_EQ(fit("电影", 3), "电 ");
  EXPECT_EQ(fit("abc", 5), "abc  ");
}

TEST(Wrap, BreaksAtBlanksAndBetweenHanCharacters) {
  EXPECT_EQ(wrap("one two three", 8, "> "), "> one two\n> three\n");
  EXPECT_EQ(wrap("电影很好看", 4), "电影\n很好\n看\n");
  EXPECT_EQ(wrap("a\nb", 10), "a\nb\n");
}

}  // namespace
}  // namespace cineloom::cli
