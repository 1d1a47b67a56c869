#include "llm/internal/orders.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace cineloom::llm {
namespace {

TEST(Reports, AreTakenAsTheyWereSent) {
  const Report sent{.id = 7, .kind = ReportKind::Done, .candidates = {{.text = "One.\nTwo.", .finish = "stop", .tokens = 5}}, .prompt_tokens = 3};
  const auto read = read_report(json::write(sent));
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(json::write(*read), json::write(sent));
}

TEST(Reports, WithCountsBelowZeroAreRefused) {
  for (const Report& lie : {Report{.prompt_tokens = -1}, Report{.evaluated_tokens = -1}, Report{.tokens = {1, -1}}, Report{.context = -5},
                            Report{.candidates = {{.tokens = -1}}}, Report{.processor_seconds = -1}}) {
    const auto read = read_report(json::write(lie));
    ASSERT_FALSE(read) << json::write(lie);
    EXPECT_EQ(read.error().code(), ErrorCode::DataLoss);
  }
  EXPECT_FALSE(read_report("{\"kind\": \"boast\"}"));
}

TEST(Reports, TellOfAFailureInOneLine) {
  const auto read = read_report(json::write(Report{.error = "no\x1B[31m room\nat all", .advice = "try\tagain"}));
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->error, "no[31m room at all");
  EXPECT_EQ(read->advice, "try again");
}

TEST(Reports, EndTheOrderThatWasGiven) {
  const Report done{.kind = ReportKind::Done, .candidates = {{.text = "a"}, {.text = "b"}}};
  EXPECT_TRUE(check_answer({.candidates = 2}, done));
  EXPECT_FALSE(check_answer({.candidates = 1}, done));
  EXPECT_FALSE(check_answer({.kind = OrderKind::Embed}, done)) << "a vector was asked for";
  EXPECT_FALSE(check_answer({.kind = OrderKind::Embed}, {.kind = ReportKind::Vector})) << "it is empty";
  EXPECT_TRUE(check_answer({.kind = OrderKind::Embed}, {.kind = ReportKind::Vector, .vector = {1}}));
  EXPECT_TRUE(check_answer({.kind = OrderKind::Score}, {.kind = ReportKind::Tokens}));
  EXPECT_FALSE(check_answer({.kind = OrderKind::Tokenize}, {.kind = ReportKind::Ready}));
  EXPECT_TRUE(check_ready({.kind = ReportKind::Ready, .context = 512}));
  EXPECT_FALSE(check_ready({.kind = ReportKind::Ready}));
  EXPECT_FALSE(check_ready({.kind = ReportKind::Done, .context = 512}));
}

}  // namespace
}  // namespace cineloom::llm
