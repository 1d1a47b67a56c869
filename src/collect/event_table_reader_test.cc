#include "collect/event_table_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A folder with one table in it.
class EventTableReader : public ::testing::Test {
 protected:
  Expected<EventTable> read(const std::string& name, const std::string& text, const TableSchema& schema = {}) {
    EXPECT_TRUE(write_file(folder_.path() / name, text));
    Progress progress;
    return read_event_table(folder_.path() / name, schema, progress, CancelToken());
  }

  TemporaryFolder folder_ = *TemporaryFolder::create("cineloom-tables");
};

TEST_F(EventTableReader, FindsSeparatorHeaderAndColumns) {
  const auto table = read("plays.tsv", "played\tlistener\tplays\tartist\n2024-03-01\tAda\t7\tBach\n2024-03-02\tBo\t30\tMiles\n");
  ASSERT_TRUE(table) << table.error().describe();
  EXPECT_THAT(table->users, ElementsAre("Ada", "Bo"));
  EXPECT_THAT(table->items, ElementsAre("Bach", "Miles"));
  EXPECT_EQ(table->meaning, ValueMeaning::Count);
  EXPECT_EQ(table->events[1].value, 30);
}

TEST_F(EventTableReader, ReadsTablesWithoutAHeader) {
  const auto ratings = read("ratings.dat", "1::10::5::978300760\n1::11::3::978300761\n2::10::1::978300762\n");
  ASSERT_TRUE(ratings) << ratings.error().describe();
  EXPECT_EQ(ratings->meaning, ValueMeaning::Rating);
  EXPECT_EQ(ratings->scale_low, 1);
  EXPECT_EQ(ratings->scale_high, 5);
  EXPECT_EQ(ratings->positive_from, 5);
  EXPECT_EQ(ratings->events[2].time, 978300762);
  const auto pairs = read("pairs.csv", "a,x\nb,y\n");
  ASSERT_TRUE(pairs);
  EXPECT_EQ(pairs->meaning, ValueMeaning::None);
  EXPECT_EQ(pairs->events.size(), 2U);
  const auto timed = read("timed.csv", "a,x,1700000000\nb,y,1700000001\n");
  ASSERT_TRUE(timed);
  EXPECT_TRUE(timed->has_times);
  EXPECT_EQ(timed->meaning, ValueMeaning::None);
}

TEST_F(EventTableReader, ReadsJsonLinesAndQuotedFields) {
  const auto json =
      read("events.ndjson", "{\"user\":\"a\",\"asin\":\"x\",\"overall\":4.5,\"unixReviewTime\":1400000000}\n{\"user\":2,\"asin\":\"y\",\"overall\":1}\n");
  ASSERT_TRUE(json) << json.error().describe();
  EXPECT_THAT(json->users, ElementsAre("a", "2"));
  EXPECT_EQ(json->events[0].time, 1400000000);
  const auto quoted = read("q.csv", "\xEF\xBB\xBF\"user\",\"book\",\"rating\"\r\n\"Smith, J\",\"say \"\"hi\"\"\",\"3\"\r\n\"B\",\"y\",\"4\"\r\n");
  ASSERT_TRUE(quoted) << quoted.error().describe();
  EXPECT_THAT(quoted->users, ElementsAre("Smith, J", "B"));
  EXPECT_THAT(quoted->items, ElementsAre("say \"hi\"", "y"));
}

TEST_F(EventTableReader, FollowsASchemaAndDescribesItems) {
  ASSERT_TRUE(write_file(folder_.path() / "games.csv", "id,name,kinds\nG1,\"Moon, the game\",puzzle|space\nG2,Harbour,trade\n"));
  const TableSchema schema{.name = "games",
                           .events = {.user = "2", .item = "1", .value = "3", .meaning = "count"},
                           .items = {.file = "games.csv", .item = "id", .title = "name", .features = {"kind=kinds"}}};
  const auto table = read("hours.csv", "G1,ann,12.5\nG2,bob,3\nG1,bob,1\n", schema);
  ASSERT_TRUE(table) << table.error().describe();
  EXPECT_EQ(table->name, "games");
  EXPECT_THAT(table->titles, ElementsAre("Moon, the game", "Harbour"));
  EXPECT_THAT(table->feature_names, ElementsAre("kind: puzzle", "kind: space", "kind: trade"));
  EXPECT_THAT(table->features[0], ElementsAre(0, 1));
  EXPECT_EQ(table->sha256.size(), 64U);
}

TEST_F(EventTableReader, RefusesWhatIsNoNumberWithTheLine) {
  for (const char* value : {"nan", "inf", "much", "1e300"}) {
    const auto table = read("bad.csv", std::string("user,item,rating\na,x,3\na,y,") + value + "\n");
    ASSERT_FALSE(table);
    EXPECT_THAT(table.error().describe(), HasSubstr("line 3"));
    EXPECT_NE(table.error().next_step(), "");
  }
}

TEST_F(EventTableReader, RefusesRatingsOutsideTheScale) {
  const TableSchema schema{.events = {.scale = {1, 5}}};
  EXPECT_THAT(read("bad.csv", "user,item,rating\na,x,6\n", schema).error().describe(), HasSubstr("outside the scale 1 to 5"));
}

TEST_F(EventTableReader, CountsLinesThatLackSomething) {
  const auto table = read("gaps.csv", "user,item,rating\na,x,3\n,y,4\na,,4\na,z,\nb,x,5\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->events.size(), 2U);
  EXPECT_THAT(table->warnings.front().english, HasSubstr("3 lines"));
}

TEST_F(EventTableReader, SaysWhatIsWrongWithATable) {
  EXPECT_THAT(read("words.txt", "just words here\nand more\n").error().next_step(), HasSubstr("CSV"));
  EXPECT_FALSE(read("empty.csv", ""));
  EXPECT_THAT(read("odd.csv", "alpha,beta\n1,2\n", {.events = {.user = "gamma"}}).error().next_step(), HasSubstr("alpha, beta"));
  Progress progress;
  EXPECT_EQ(read_event_table(folder_.path() / "none.csv", {}, progress, CancelToken()).error().code(), ErrorCode::NotFound);
}

TEST_F(EventTableReader, KeepsTheSplitOfAFolder) {
  for (const char* part : {"train", "validation_tr", "validation_te", "test_tr", "test_te"}) {
    ASSERT_TRUE(write_file(folder_.path() / (std::string(part) + ".csv"), std::string("uid,sid\n") + part + ",1\n"));
  }
  Progress progress;
  const auto table = read_event_table(folder_.path(), {}, progress, CancelToken());
  ASSERT_TRUE(table) << table.error().describe();
  EXPECT_EQ(table->events.front().part, SplitPart::Train);
  EXPECT_EQ(table->events.back().part, SplitPart::TestHidden);
}

TEST_F(EventTableReader, ReadsPredictions) {
  ASSERT_TRUE(write_file(folder_.path() / "p.csv", "user,item,prediction\na,x,3.5\nb,y,-2\n"));
  Progress progress;
  const auto predictions = read_predictions(folder_.path() / "p.csv", progress, CancelToken());
  ASSERT_TRUE(predictions) << predictions.error().describe();
  EXPECT_EQ(predictions->at(1).value, -2);
  ASSERT_TRUE(write_file(folder_.path() / "p.csv", "user,item,prediction\na,x,nan\n"));
  EXPECT_FALSE(read_predictions(folder_.path() / "p.csv", progress, CancelToken()));
}

TEST_F(EventTableReader, RefusesSchemasItWouldMisread) {
  const auto schema_of = [&](const std::string& text) {
    EXPECT_TRUE(write_file(folder_.path() / "schema.json", text));
    return read_schema(folder_.path() / "schema.json");
  };
  EXPECT_TRUE(schema_of(R"({"events":{"user":"reader","scale":[1,5]}})"));
  EXPECT_THAT(schema_of(R"({"events":{"users":"reader"}})").error().describe(), HasSubstr("'users'"));
  EXPECT_FALSE(schema_of(R"({"events":{"scale":[5,1]}})"));
  EXPECT_FALSE(schema_of(R"({"events":{"meaning":"love"}})"));
  EXPECT_FALSE(schema_of(R"({"items":{"file":"a.csv"}})"));
  EXPECT_FALSE(schema_of("[]"));
  EXPECT_FALSE(schema_of("not json"));
}

}  // namespace
}  // namespace cineloom
