#include "pipeline/jellyfin_replies.h"

#include <gtest/gtest.h>

#include <string>

namespace cineloom::jellyfin {
namespace {

TEST(JellyfinReplies, GiveItemsWithWhatIdentifiesThem) {
  const auto items = items_in(R"({"Items": [{"Id": "a-1", "Name": "Moon", "OriginalTitle": "月", "ProductionYear": 2009,
                                             "ProviderIds": {"Imdb": "tt1182345", "Tmdb": "17431"}}, {"Id": "b2"}], "TotalRecordCount": 2})");
  ASSERT_TRUE(items) << items.error().describe();
  ASSERT_EQ(items->size(), 2U);
  EXPECT_EQ((*items)[0].original, "月");
  EXPECT_EQ((*items)[0].year, 2009);
  EXPECT_EQ((*items)[0].imdb, "tt1182345");
  EXPECT_EQ((*items)[1].name, "");
  EXPECT_EQ((*items)[1].year, 0);
}

TEST(JellyfinReplies, FindAUserWhateverTheCapitals) {
  const char* users = R"([{"Name": "Bo", "Id": "1"}, {"Name": "ANA", "Id": "2"}])";
  EXPECT_EQ(user_in(users, "ana")->value(), "2");
  EXPECT_FALSE(user_in(users, "eve")->has_value());
}

TEST(JellyfinReplies, WithoutAnIdentityAreRefused) {
  EXPECT_EQ(*identity_in(R"({"Id": "x"})"), "x");
  for (const char* body : {"", "[]", "{}", R"({"Id": 5})", R"({"Id": "../users"})", R"({"Id": ""})"}) EXPECT_FALSE(identity_in(body)) << body;
  for (const char* body : {"", "[]", "{}", R"({"Items": {}})", R"({"Items": [5]})", R"({"Items": [{"Id": "a?b"}]})"}) EXPECT_FALSE(items_in(body)) << body;
  EXPECT_FALSE(user_in(R"([{"Name": "ana", "Id": "a/b"}])", "ana"));
  EXPECT_FALSE(user_in("{}", "ana"));
}

TEST(JellyfinReplies, HoldTextsAndYearsInRange) {
  const auto items = items_in(R"({"Items": [{"Id": "a", "ProductionYear": -9223372036854775808, "Name": ")" + std::string(1001, 'x') + R"("}]})");
  ASSERT_TRUE(items) << items.error().describe();
  EXPECT_EQ(items->front().year, 0);
  EXPECT_EQ(items->front().name, "");
}

}  // namespace
}  // namespace cineloom::jellyfin
