#include "feedback/feedback.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cineloom {
namespace {

Event rating(std::optional<double> stars) { return {.viewer = ViewerId(1), .film = FilmId(2), .kind = EventKind::Rate, .value = stars}; }

TEST(AcceptEvent, RoundsStarsToHalves) { EXPECT_EQ(accept_event(rating(3.7))->value, 3.5); }

TEST(AcceptEvent, RefusesStarsOutsideTheScale) {
  for (const double stars : {0.0, 5.5, -1.0, std::nan("")}) EXPECT_EQ(accept_event(rating(stars)).error().code(), ErrorCode::InvalidArgument);
  EXPECT_FALSE(accept_event(rating(std::nullopt)));
}

TEST(AcceptEvent, RefusesMoodsThatAreNone) {
  Event event = rating(4);
  event.mood = Feeling{.valence = -1, .arousal = 1};
  EXPECT_TRUE(accept_event(event));
  for (const Feeling& odd : {Feeling{.valence = 1.5}, Feeling{.valence = std::nan("")}, Feeling{.arousal = -0.1}, Feeling{.arousal = 1e300}}) {
    event.mood = odd;
    EXPECT_EQ(accept_event(event).error().code(), ErrorCode::InvalidArgument);
  }
}

TEST(AcceptEvent, DropsValuesThatMeanNothing) {
  EXPECT_FALSE(accept_event({.viewer = ViewerId(1), .film = FilmId(2), .kind = EventKind::Hide, .value = 3})->value.has_value());
}

TEST(AcceptEvent, NeedsViewerAndFilm) {
  EXPECT_FALSE(accept_event({.film = FilmId(2)}));
  EXPECT_FALSE(accept_event({.viewer = ViewerId(1)}));
}

}  // namespace
}  // namespace cineloom
