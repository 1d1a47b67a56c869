#include "serve/conditional.h"

#include <gmock/gmock.h>

namespace cineloom::serve {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Pair;

HttpResponse asked(const std::string& known, const HttpResponse& response, const std::string& method = "GET") {
  return with_validator({.method = method, .path = "/", .headers = {{"if-none-match", known}}, .visitor = {}}, response);
}

std::string validator_of(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "ETag") return value;
  }
  return "";
}

TEST(Conditional, WhatIsKnownAlreadyIsNotSentAgain) {
  const HttpResponse page{.body = R"({"films":[1,2]})"};
  const HttpResponse first = asked("", page);
  const std::string validator = validator_of(first);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, page.body);
  EXPECT_THAT(first.headers, Contains(Pair("Cache-Control", "private, no-cache")));
  for (const std::string& known : {validator, "W/" + validator, "\"other\", " + validator, "\"other\"," + validator + ",\"third\"", std::string("*")}) {
    const HttpResponse again = asked(known, page);
    EXPECT_EQ(again.status, 304) << known;
    EXPECT_EQ(again.body, "") << known;
    EXPECT_EQ(validator_of(again), validator) << known;
  }
}

TEST(Conditional, WhatChangedIsSent) {
  const std::string validator = validator_of(asked("", {.body = "one"}));
  EXPECT_EQ(asked(validator, {.body = "two"}).body, "two");
  const std::string begun = validator.substr(0, validator.size() - 2) + "\"";
  EXPECT_EQ(asked(begun, {.body = "one"}).status, 200);
  EXPECT_EQ(asked("\"x" + validator + "\"", {.body = "one"}).status, 200);
}

TEST(Conditional, OnlyWholeAnswersToQuestionsHaveValidators) {
  EXPECT_THAT(asked("", {.body = "one"}, "POST").headers, IsEmpty());
  EXPECT_THAT(asked("", {.status = 404, .body = "one"}).headers, IsEmpty());
  EXPECT_THAT(asked("", {.body = ""}).headers, IsEmpty());
  EXPECT_THAT(asked("", {.is_event_stream = true}).headers, IsEmpty());
  EXPECT_EQ(validator_of(asked("", {.headers = {{"ETag", "\"own\""}}, .body = "one"})), "\"own\"");
  EXPECT_THAT(asked("", {.headers = {{"Cache-Control", "no-store"}}, .body = "one"}).headers, Contains(Pair("Cache-Control", "no-store")));
}

}  // namespace
}  // namespace cineloom::serve
