#include "store/internal/rating_blob.h"

#include <gtest/gtest.h>

#include <numeric>

namespace cineloom::store {
namespace {

using namespace std::string_literals;

Expected<std::vector<Telling>> unpacked(std::string_view bytes) {
  std::vector<Telling> tellings;
  CINELOOM_TRY(unpack_ratings(bytes, {.viewer = ViewerId(1), .origin = "set", .first = kFirstPackedEvent}, tellings));
  return tellings;
}

Expected<std::string> packed(const RatingTable& table) {
  std::vector<std::uint32_t> order(table.ratings.size());
  std::iota(order.begin(), order.end(), 0U);
  const std::vector<FilmId> films = {FilmId(300), FilmId(7)};
  return pack_ratings(table, order, films);
}

TEST(RatingBlob, GivesBackRatingsInOrderOfTime) {
  const auto bytes =
      packed({.ratings = {{.viewer = 0, .film = 1, .stars = 0.5F, .at_seconds = 2'000'000'000}, {.viewer = 0, .film = 0, .stars = 5, .at_seconds = -86'400}}});
  ASSERT_TRUE(bytes) << bytes.error().describe();
  const auto tellings = unpacked(*bytes);
  ASSERT_TRUE(tellings) << tellings.error().describe();
  ASSERT_EQ(tellings->size(), 2U);
  EXPECT_EQ((*tellings)[0].event.film, FilmId(300));
  EXPECT_EQ((*tellings)[0].event.at, Timestamp(std::chrono::seconds(-86'400)));
  EXPECT_EQ((*tellings)[1].event.value, 0.5);
  EXPECT_EQ((*tellings)[1].event.id, EventId(kFirstPackedEvent + 1));
}

TEST(RatingBlob, RefusesValuesThatNoRatingHas) {
  EXPECT_FALSE(packed({.ratings = {{.viewer = 0, .film = 0, .stars = 5.5F}}}));
  EXPECT_FALSE(packed({.ratings = {{.viewer = 0, .film = 0, .stars = 5, .at_seconds = std::int64_t{1} << 41U}}}));
  const std::string ten_bytes_of_time = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01";
  for (const std::string& bytes : {"\x07\x0B\x00"s, "\x07"s, "\x07\x0A\x80"s, "\x07\x0A"s + ten_bytes_of_time}) {
    EXPECT_FALSE(unpacked(bytes));
    EXPECT_FALSE(count_ratings(bytes));
    EXPECT_FALSE(take_out_rating(bytes, kFirstPackedEvent, EventId(kFirstPackedEvent)));
  }
}

}  // namespace
}  // namespace cineloom::store
