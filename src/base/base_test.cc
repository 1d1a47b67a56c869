#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

#include "base/cancel.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "base/utf8.h"

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Expected<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::InvalidArgument, "expected an even number, found " + std::to_string(number));
  return number / 2;
}

Expected<int> quarter(int number) {
  CINELOOM_TRY_ASSIGN(const int once, half(number));
  CINELOOM_TRY_ASSIGN_IN(const int twice, half(once), "halving again");
  return twice;
}

TEST(Expected, PassesValuesAndErrorsOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(7).error().describe(), "expected an even number, found 7");
  EXPECT_EQ(quarter(6).error().describe(), "halving again: expected an even number, found 3");
}

TEST(Error, KeepsTheInnermostAdvice) {
  Error error = Error(ErrorCode::NotFound, "no film").advise("import it").in("recommending").advise("try later");
  EXPECT_EQ(error.next_step(), "import it");
  EXPECT_EQ(error.describe(), "recommending: no film");
}

TEST(Cancel, ReachesEveryCopyOfTheToken) {
  CancelSource source;
  const CancelToken token = source.token();
  EXPECT_TRUE(token.check());
  source.cancel();
  EXPECT_EQ(token.check().error().code(), ErrorCode::Cancelled);
  EXPECT_TRUE(CancelToken().check());
}

TEST(Progress, ReportsRateAndTimeLeft) {
  Progress::Clock::time_point now;
  std::vector<ProgressUpdate> updates;
  Progress progress([&](const ProgressUpdate& update) { updates.push_back(update); }, [&] { return now; });
  progress.begin("watching", 100, "frames");
  now += std::chrono::seconds(2);
  progress.advance(50);
  progress.finish();
  ASSERT_EQ(updates.size(), 3U);
  EXPECT_DOUBLE_EQ(updates[1].units_per_second, 25);
  EXPECT_DOUBLE_EQ(*updates[1].seconds_left, 2);
  EXPECT_TRUE(updates[2].is_finished);
  EXPECT_THAT(progress_bar(updates[1], 80), HasSubstr("25 frames/s  2 s left"));
  EXPECT_THAT(progress_json(updates[1]), HasSubstr(R"("done":50,"total":100)"));
}

TEST(Progress, SpeaksAtMostTenTimesASecond) {
  int updates = 0;
  Progress progress([&](const ProgressUpdate&) { ++updates; }, [] { return Progress::Clock::time_point(); });
  progress.begin("counting", 1000, "");
  for (int i = 0; i < 1000; ++i) progress.advance();
  EXPECT_EQ(updates, 1);
}

TEST(Random, GivesTheSameNumbersForTheSameSeed) {
  Random random(1);
  EXPECT_EQ(random(), 12966619160104079557ULL);
  EXPECT_NE(derive_seed(1, "a"), derive_seed(1, "b"));
  double sum = 0;
  for (int i = 0; i < 10000; ++i) sum += random.normal();
  EXPECT_NEAR(sum / 10000, 0, 0.03);
}

TEST(ThreadPool, RunsEveryTaskBeforeItGoes) {
  std::atomic<int> count = 0;
  {
    ThreadPool pool(3);
    for (int i = 0; i < 100; ++i) pool.submit([&count] { ++count; });
  }
  EXPECT_EQ(count, 100);
}

TEST(ParallelFor, CoversEveryIndexOnce) {
  std::vector<int> seen(1001, 0);
  parallel_for(
      seen.size(),
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) ++seen[i];
      },
      4);
  EXPECT_EQ(seen, std::vector<int>(1001, 1));
}

TEST(Files, ReplaceAFileWholeAndLeaveNothingBeside) {
  const auto folder = *TemporaryFolder::create();
  const auto path = folder.path() / "a.txt";
  ASSERT_TRUE(write_file(path, "one"));
  ASSERT_TRUE(write_file(path, "two"));
  EXPECT_EQ(*read_file(path), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Files, SayWhatIsWrongAndWhatToDo) {
  const auto folder = *TemporaryFolder::create();
  EXPECT_EQ(read_file(folder.path() / "none").error().code(), ErrorCode::NotFound);
  EXPECT_FALSE(read_file(folder.path() / "none").error().next_step().empty());
  EXPECT_EQ(read_file(folder.path()).error().code(), ErrorCode::InvalidArgument);
  std::ofstream(folder.path() / "empty").close();
  EXPECT_THAT(FileDescriptor::open_for_reading(folder.path() / "empty").error().describe(), HasSubstr("is empty"));
  ASSERT_TRUE(write_file(folder.path() / "long", "12345"));
  EXPECT_THAT(read_file(folder.path() / "long", 4).error().describe(), HasSubstr("more than the limit of 4"));
}

TEST(Utf8, DecodesWellFormedTextOnly) {
  EXPECT_EQ(decode_utf8("é")->code_point, U'é');
  EXPECT_EQ(decode_utf8("电影")->bytes, 3U);
  EXPECT_FALSE(decode_utf8("\xC0\x80"));
  EXPECT_FALSE(decode_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(decode_utf8("\xE7\x94"));
  EXPECT_EQ(to_valid_utf8("a\xFF"
                          "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(count_characters("电影 a"), 4U);
  EXPECT_EQ(display_columns("电影 a"), 6U);
}

TEST(Utf8, WritesWhatItReads) {
  for (const char32_t c : {U'a', U'é', U'电', U'😀'}) {
    std::string text;
    append_utf8(text, c);
    EXPECT_EQ(decode_utf8(text)->code_point, c);
  }
}

TEST(JsonText, EscapesAndRepairs) { EXPECT_EQ(json_string("a\"\n\xFF"), "\"a\\\"\\n\xEF\xBF\xBD\""); }

TEST(Json, ANumberIsTheSameWhenWrittenAndRead) {
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    const double number = i % 2 == 0 ? random.uniform() : random.normal() * std::pow(10.0, 600 * random.uniform() - 300);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*json::read<double>(json::write(number))), std::bit_cast<std::uint64_t>(number)) << number;
  }
  // The nearest to fifty digits, not to the first nineteen of them.
  EXPECT_EQ(*json::read<double>("1.00000000000000011102230246251565404236316680908204"), std::nextafter(1.0, 2.0));
  EXPECT_EQ(*json::read<double>("1.00000000000000011102230246251565404236316680908203"), 1.0);
  EXPECT_EQ(*json::read<double>("-5e-324"), -std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(*json::read<double>("1e-999"), 0);
  const auto beyond = json::parse("[3e0001555]");
  ASSERT_FALSE(beyond);
  EXPECT_THAT(beyond.error().message(), HasSubstr("exponent overflow at byte"));
  EXPECT_FALSE(json::read<float>("1e39")) << "a double, but no float";
  EXPECT_TRUE(json::read<float>("-3e38"));
}

TEST(Json, WritesForPeople) { EXPECT_EQ(json::pretty(*json::parse(R"({"a":[1,2],"b":{}})")), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}\n"); }

TEST(Json, RefusesNumbersOutOfRange) {
  EXPECT_FALSE(json::read<std::vector<int>>("[99999999999]"));
  EXPECT_FALSE(json::read<std::vector<int>>("[1.5]"));
  EXPECT_THAT(*json::read<std::vector<int>>("[1, 2]"), ElementsAre(1, 2));
}

}  // namespace
}  // namespace cineloom
