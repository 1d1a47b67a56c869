#include "feedback/visit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace cineloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Timestamp minute(int number) { return Timestamp(std::chrono::minutes(number)); }

Event event(int at, std::int64_t film, EventKind kind, std::optional<double> value = std::nullopt) {
  return {.viewer = ViewerId(1), .film = FilmId(film), .kind = kind, .value = value, .at = minute(at)};
}

std::vector<std::string> genres(FilmId film) {
  if (film == FilmId(9)) return {};
  return {film.number() % 2 == 0 ? "comedy" : "war"};
}

TEST(PresentVisit, BeginsAfterALongSilence) {
  const std::vector<Event> events = {event(0, 1, EventKind::Watch), event(100, 2, EventKind::Like), event(125, 3, EventKind::Skip)};
  const Visit visit = present_visit(events, minute(150), genres);
  EXPECT_EQ(visit.begin, minute(100));
  EXPECT_THAT(visit.taken, ElementsAre(FilmId(2)));
  EXPECT_THAT(visit.passed_over, ElementsAre(FilmId(3)));
}

TEST(PresentVisit, IsNewAndEmptyWhenTheLastActionIsLongAgo) {
  const std::vector<Event> events = {event(0, 1, EventKind::Watch)};
  const Visit visit = present_visit(events, minute(31), genres);
  EXPECT_EQ(visit.begin, minute(31));
  EXPECT_THAT(visit.taken, IsEmpty());
  EXPECT_THAT(visit.leanings, IsEmpty());
  EXPECT_EQ(present_visit({}, minute(5), genres).begin, minute(5));
}

TEST(PresentVisit, KeepsItsBeginWhileItGoesOn) {
  std::vector<Event> events;
  for (int i = 0; i < 10; ++i) {
    events.push_back(event(20 * i, i + 1, EventKind::Skip));
    EXPECT_EQ(present_visit(events, minute(20 * i + 1), genres).begin, minute(0));
  }
}

TEST(PresentVisit, HearsTheLastWordOnAFilm) {
  const std::vector<Event> events = {event(0, 2, EventKind::Skip), event(1, 2, EventKind::Rate, 4.5), event(2, 4, EventKind::Rate, 1.0)};
  const Visit visit = present_visit(events, minute(3), genres);
  EXPECT_THAT(visit.taken, ElementsAre(FilmId(2)));
  EXPECT_THAT(visit.passed_over, ElementsAre(FilmId(4)));
}

TEST(PresentVisit, LeansTowardsTheGenresThatWereTaken) {
  const std::vector<Event> events = {event(0, 2, EventKind::Like), event(1, 4, EventKind::Like), event(2, 1, EventKind::Hide)};
  const Visit visit = present_visit(events, minute(3), genres);
  EXPECT_GT(visit.leanings.at("comedy"), 0);
  EXPECT_LE(visit.leanings.at("comedy"), 1);
  EXPECT_LT(visit.leanings.at("war"), 0);
}

TEST(PresentVisit, PassesOverTheFutureAndWhatIsNoNumber) {
  const std::vector<Event> events = {event(0, 9, EventKind::Watch), event(1, 2, EventKind::Rate, std::numeric_limits<double>::quiet_NaN()),
                                     event(99, 4, EventKind::Like)};
  const Visit visit = present_visit(events, minute(2), genres);
  EXPECT_THAT(visit.taken, ElementsAre(FilmId(9)));
  EXPECT_THAT(visit.passed_over, IsEmpty());
}

}  // namespace
}  // namespace cineloom
