#include "feedback/slate_outcomes.h"

#include <gtest/gtest.h>

namespace cineloom {
namespace {

Timestamp hour(int number) { return Timestamp(std::chrono::hours(number)); }

Slate slate(int at, std::int64_t viewer, std::vector<std::int64_t> films) {
  Slate made{.viewer = ViewerId(viewer), .at = hour(at), .ranker = "r"};
  for (const auto film : films) made.items.push_back({.film = FilmId(film), .position = static_cast<int>(made.items.size()) + 1});
  return made;
}

Event event(int at, std::int64_t viewer, std::int64_t film, EventKind kind, std::optional<double> value = std::nullopt) {
  return {.viewer = ViewerId(viewer), .film = FilmId(film), .kind = kind, .value = value, .at = hour(at)};
}

TEST(JoinOutcomes, TellsTheStrongestResponseAndTheStars) {
  const std::vector slates = {slate(10, 1, {1, 2, 3})};
  const std::vector events = {event(11, 1, 1, EventKind::Skip), event(12, 1, 1, EventKind::Rate, 4.5), event(12, 1, 2, EventKind::Rate, 2.0),
                              event(13, 2, 3, EventKind::Like)};
  const auto shown = join_outcomes(slates, events);
  ASSERT_EQ(shown.size(), 3U);
  EXPECT_EQ(shown[0].response, SlateResponse::Liked);
  EXPECT_EQ(shown[0].stars, 4.5);
  EXPECT_EQ(shown[1].response, SlateResponse::Watched);
  EXPECT_EQ(shown[2].response, SlateResponse::None);  // another viewer's like
  EXPECT_TRUE(is_taken(shown[1]));
  EXPECT_FALSE(is_taken(shown[2]));
}

TEST(JoinOutcomes, GivesAnActionToTheLastListThatShowedTheFilm) {
  const std::vector slates = {slate(20, 1, {1}), slate(10, 1, {1})};
  const auto shown = join_outcomes(slates, std::vector{event(25, 1, 1, EventKind::Watch), event(12, 1, 1, EventKind::Hide)});
  EXPECT_EQ(shown[0].response, SlateResponse::Watched);
  EXPECT_EQ(shown[1].response, SlateResponse::Hidden);
}

TEST(JoinOutcomes, IgnoresWhatCameBeforeTheShowingOrLongAfter) {
  const std::vector slates = {slate(10, 1, {1, 2})};
  const auto shown = join_outcomes(slates, std::vector{event(9, 1, 1, EventKind::Like), event(10 + 24 * 7 + 1, 1, 2, EventKind::Like)});
  EXPECT_EQ(shown[0].response, SlateResponse::None);
  EXPECT_EQ(shown[1].response, SlateResponse::None);
}

}  // namespace
}  // namespace cineloom
