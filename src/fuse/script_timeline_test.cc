#include "fuse/script_timeline.h"

#include <gmock/gmock.h>

#include "fuse/read_screenplay.h"

namespace cineloom {
namespace {

constexpr const char* kScript = R"(INT. KITCHEN - DAY

Ada comes in.

ADA
Good morning to you.

She sits down.

BEN
Morning.

EXT. STREET - NIGHT

Nobody.
)";

TEST(ScriptTimeline, LetsTimePassAsTheScriptIsRead) {
  const auto reading = read_screenplay(kScript);
  ASSERT_TRUE(reading);
  const auto timeline = time_screenplay(reading->screenplay);
  ASSERT_TRUE(timeline) << timeline.error().describe();
  ASSERT_EQ(timeline->scenes.size(), 2U);
  ASSERT_EQ(timeline->lines.size(), 2U);
  EXPECT_EQ(timeline->scenes[0].end, timeline->scenes[1].begin);
  EXPECT_EQ(timeline->lines[1].begin - timeline->lines[0].end, FilmTime(600 + 3 * 400 + 600));  // a pause, three words and theirs
  EXPECT_EQ(timeline->scenes[0].characters, (std::vector<std::string>{"Ada", "Ben"}));
  EXPECT_LT(timeline->scenes[0].last_shot, timeline->scenes[0].first_shot);
}

TEST(ScriptTimeline, KnowsWhereActionStandsBetweenLines) {
  const ScriptOrder order = order_of(read_screenplay(kScript)->screenplay);
  ASSERT_EQ(order.size(), 2U);
  EXPECT_EQ(order[0].heading, "INT. KITCHEN - DAY");
  EXPECT_EQ(order[0].lines, 2);
  EXPECT_EQ(order[0].lines_before, (std::vector<int>{0, 1}));
  EXPECT_EQ(order[1].lines_before, std::vector<int>{0});
}

TEST(ScriptTimeline, RefusesAScriptWithoutScenes) {
  const auto timeline = time_screenplay({});
  ASSERT_FALSE(timeline);
  EXPECT_THAT(timeline.error().next_step(), ::testing::HasSubstr("EXT. QUAY - NIGHT"));
}

}  // namespace
}  // namespace cineloom
