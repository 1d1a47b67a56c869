#include "cli/output.h"

#include <gtest/gtest.h>

namespace cineloom::cli {
namespace {

TEST(Output, ATerminalIsShownTextAndLooksAndObeysNothingElse) {
  EXPECT_EQ(for_terminal("a\tb\n\x1b[1mbold\x1b[0m 好"), "a\tb\n\x1b[1mbold\x1b[0m 好");
  EXPECT_EQ(for_terminal("\x1b]0;title\x07x"), "]0;titlex");
  EXPECT_EQ(for_terminal("\x1b[2Jx\x1b[31"), "[2Jx[31");
  EXPECT_EQ(for_terminal("\xC2\x9B"
                         "2J\x7F\r"),
            "2J");
  EXPECT_EQ(for_terminal("a\xFF"), "a\xEF\xBF\xBD");
}

}  // namespace
}  // namespace cineloom::cli
