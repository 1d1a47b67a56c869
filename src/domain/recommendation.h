#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/feeling.h"
#include "domain/ids.h"
#include "domain/text.h"

namespace cineloom {

enum class ReasonKind { BecauseOfFilm, SharedDirector, SharedCast, SharedGenre, SharedTheme, FitsMood, FitsTime, Popular, Surprise };
BOOST_DESCRIBE_ENUM(ReasonKind, BecauseOfFilm, SharedDirector, SharedCast, SharedGenre, SharedTheme, FitsMood, FitsTime, Popular,
                    Surprise)

/// A computed cause of a pick.
struct Reason {
  ReasonKind kind = ReasonKind::Popular;
  LocalText text;
  std::optional<FilmId> because;  ///< the viewer's film that caused it
  double effect = 0;              ///< what the score loses without the cause, in stars
  std::optional<int> rank_without; ///< rank the film falls to without the cause, 1-based
};
BOOST_DESCRIBE_STRUCT(Reason, (), (kind, text, because, effect, rank_without))

struct Pick {
  FilmId film;
  double predicted_stars = 0;  ///< 0.5 .. 5
  double interval_low = 0;     ///< 80 % interval of the prediction
  double interval_high = 0;
  double score = 0;            ///< what the list is sorted by
  std::vector<Reason> reasons; ///< strongest first
};
BOOST_DESCRIBE_STRUCT(Pick, (), (film, predicted_stars, interval_low, interval_high, score, reasons))

struct Recommendation {
  Mood mood;
  MoodPolicy policy = MoodPolicy::Lift;
  std::vector<Pick> picks;  ///< best first
  std::vector<LocalText> notes;  ///< what limited the answer, e.g. a constraint that no film meets
};
BOOST_DESCRIBE_STRUCT(Recommendation, (), (mood, policy, picks, notes))

/// One held-out rating and what was predicted for it.
struct RatedPrediction {
  double actual = 0;
  double predicted = 0;
};
BOOST_DESCRIBE_STRUCT(RatedPrediction, (), (actual, predicted))

/// How well ratings are predicted, on ratings the model did not see.
struct RatingEvaluation {
  int trained_on = 0;  ///< ratings
  int tested_on = 0;
  double mse = 0;
  double rmse = 0;
  double baseline_rmse = 0;  ///< mean plus viewer and film biases, on the same split
  std::vector<RatedPrediction> points;
};
BOOST_DESCRIBE_STRUCT(RatingEvaluation, (), (trained_on, tested_on, mse, rmse, baseline_rmse, points))

}  // namespace cineloom
