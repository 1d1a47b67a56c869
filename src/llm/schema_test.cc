#include "llm/schema.h"

#include <gmock/gmock.h>

namespace cineloom::llm {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kFilm =
    R"({"type":"object","properties":{"title":{"type":"string","maxLength":10},"stars":{"type":"number","minimum":0,"maximum":5},"genres":{"type":"array","items":{"enum":["drama","western"]},"maxItems":2},"seen":{"type":"boolean"}},"required":["title"],"additionalProperties":false})";

TEST(Schema, BecomesAGrammarWithABoundForItsAnswers) {
  const auto grammar = grammar_of_schema(kFilm);
  ASSERT_TRUE(grammar) << grammar.error().describe();
  EXPECT_THAT(grammar->text, HasSubstr("root ::= "));
  EXPECT_THAT(grammar->text, HasSubstr(R"("\"drama\"" | "\"western\"")"));
  EXPECT_GT(grammar->longest_bytes, 40U);
  EXPECT_LT(grammar->longest_bytes, 200U);
}

TEST(Schema, TakesWhatFitsAndSaysWhereSomethingDoesNot) {
  EXPECT_TRUE(check_schema(kFilm, R"({"title":"Rio","stars":4.5,"genres":["western"],"seen":true})"));
  EXPECT_TRUE(check_schema(kFilm, R"({"title":"七武士"})"));
  for (const auto& [text, place] : std::vector<std::pair<std::string, std::string>>{{R"({})", "at /"},
                                                                                    {R"({"title":7})", "/title"},
                                                                                    {R"({"title":"a much too long one"})", "/title"},
                                                                                    {R"({"title":"a","stars":6})", "/stars"},
                                                                                    {R"({"title":"a","genres":["opera"]})", "/genres/0"},
                                                                                    {R"({"title":"a","more":1})", "more"},
                                                                                    {R"({"title":"a",)", "JSON"}}) {
    const auto fits = check_schema(kFilm, text);
    ASSERT_FALSE(fits) << text;
    EXPECT_THAT(fits.error().message(), HasSubstr(place));
  }
}

TEST(Schema, RangesOfIntegersAreExact) {
  for (const auto& [low, high] : std::vector<std::pair<int, int>>{{0, 0}, {1, 9}, {7, 12}, {10, 99}, {-5, 130}, {-130, -7}, {95, 1205}}) {
    const std::string schema = "{\"type\":\"integer\",\"minimum\":" + std::to_string(low) + ",\"maximum\":" + std::to_string(high) + "}";
    ASSERT_TRUE(grammar_of_schema(schema)) << schema;
    EXPECT_TRUE(check_schema(schema, std::to_string(low)));
    EXPECT_FALSE(check_schema(schema, std::to_string(high + 1)));
  }
}

TEST(Schema, WhatIsNotTakenIsNamed) {
  for (const auto& [schema, word] : std::vector<std::pair<std::string, std::string>>{{R"({"type":"string","pattern":"a+"})", "pattern"},
                                                                                     {R"({"$ref":"#/a"})", "$ref"},
                                                                                     {R"({"type":["string","null"]})", "one type"},
                                                                                     {R"({"type":"string","maxLength":100000})", "maxLength"},
                                                                                     {R"({"type":"object","properties":{},"required":["a"]})", "required"},
                                                                                     {R"([1])", "object"},
                                                                                     {R"({"type":"array"})", "items"}}) {
    const auto grammar = grammar_of_schema(schema);
    ASSERT_FALSE(grammar) << schema;
    EXPECT_THAT(grammar.error().message(), HasSubstr(word));
  }
}

TEST(Schema, NestingAndSizeAreBounded) {
  std::string deep = R"({"type":"null"})";
  for (int i = 0; i < 20; ++i) deep = R"({"type":"array","items":)" + deep + "}";
  EXPECT_FALSE(grammar_of_schema(deep));
  const std::string wide =
      R"({"type":"array","maxItems":1000,"items":{"type":"array","maxItems":1000,"items":{"type":"array","maxItems":1000,"items":{"type":"boolean"}}}})";
  const auto grammar = grammar_of_schema(wide);
  ASSERT_FALSE(grammar);
  EXPECT_THAT(grammar.error().message(), HasSubstr("million"));
}

}  // namespace
}  // namespace cineloom::llm
