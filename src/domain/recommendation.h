#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/feeling.h"
#include "domain/ids.h"
#include "domain/text.h"

namespace cineloom {

enum class ReasonKind {
  BecauseOfFilm,
  BecauseOfFilms,
  SharedDirector,
  SharedCast,
  SharedGenre,
  SharedTheme,
  FitsMood,
  FitsTime,
  AskedFor,
  Popular,
  Surprise,
  NewHere
};
BOOST_DESCRIBE_ENUM(ReasonKind, BecauseOfFilm, BecauseOfFilms, SharedDirector, SharedCast, SharedGenre, SharedTheme, FitsMood, FitsTime, AskedFor, Popular,
                    Surprise, NewHere)

/// A computed cause of a pick.
struct Reason {
  ReasonKind kind = ReasonKind::Popular;
  LocalText text;
  std::optional<FilmId> because;   ///< the viewer's film that caused it
  std::vector<FilmId> together;    ///< films that cause it only together, for BecauseOfFilms
  double effect = 0;               ///< what the score loses without the cause, in stars
  std::optional<int> rank_without; ///< rank the film falls to without the cause, 1-based
};
BOOST_DESCRIBE_STRUCT(Reason, (), (kind, text, because, together, effect, rank_without))

/// One term of a pick's score: the terms sum to the score.
struct ScorePart {
  std::string name;  ///< "stars", "taste", "mood", "caution", "popularity", "freshness", "asked for", "visit", "exploration", "group"
  double worth = 0;  ///< in stars
};
BOOST_DESCRIBE_STRUCT(ScorePart, (), (name, worth))

/// What a pick is expected to be worth to one of those who watch.
struct MemberForecast {
  ViewerId viewer;
  double stars = 0;
};
BOOST_DESCRIBE_STRUCT(MemberForecast, (), (viewer, stars))

struct Pick {
  FilmId film;
  double predicted_stars = 0;  ///< 0.5 .. 5
  double interval_low = 0;     ///< 80 % interval of the prediction
  double interval_high = 0;
  double score = 0;            ///< what films are ranked by, in stars; the list then also weighs variety
  int rank = 0;                ///< among all films that meet the conditions, by score, 1-based
  double propensity = 1;       ///< probability that exploration puts it into the list; 1 without exploration
  std::vector<ScorePart> parts;
  std::vector<MemberForecast> members;  ///< for a group: the viewer first
  std::vector<Reason> reasons; ///< strongest first, at least one
};
BOOST_DESCRIBE_STRUCT(Pick, (), (film, predicted_stars, interval_low, interval_high, score, rank, propensity, parts, members, reasons))

/// How well a list serves one member of a group: 1 as well as choosing alone, 0 no better than any film.
struct MemberSatisfaction {
  ViewerId viewer;
  double satisfaction = 0;
};
BOOST_DESCRIBE_STRUCT(MemberSatisfaction, (), (viewer, satisfaction))

/// A condition that could be dropped, and how many films there would be then.
struct Relaxation {
  std::string condition;  ///< "time", "genre", "avoid", "language", "company", "year", "age", "country", "person"
  LocalText text;
  int films = 0;
};
BOOST_DESCRIBE_STRUCT(Relaxation, (), (condition, text, films))

struct Recommendation {
  Mood mood;
  MoodPolicy policy = MoodPolicy::Lift;
  std::vector<Pick> picks;  ///< best first
  std::vector<LocalText> notes;  ///< what limited the answer, e.g. a constraint that no film meets
  std::vector<Relaxation> relaxations;       ///< where the list is short: what to drop, most films first
  std::vector<MemberSatisfaction> fairness;  ///< for a group
  int candidates = 0;       ///< films that meet the conditions
};
BOOST_DESCRIBE_STRUCT(Recommendation, (), (mood, policy, picks, notes, relaxations, fairness, candidates))

/// Why a film is not among the picks.
struct Contrast {
  FilmId film;
  std::vector<LocalText> conditions;  ///< those it breaks; empty = it takes part
  std::optional<int> rank;            ///< among the films that meet the conditions, if it does
  double score = 0;                   ///< in stars
  double needed = 0;                  ///< score of the last pick
  std::vector<ScorePart> differences; ///< its parts less those of the last pick, most against it first
  std::vector<Reason> reasons;        ///< the viewer's films that speak most against it
};
BOOST_DESCRIBE_STRUCT(Contrast, (), (film, conditions, rank, score, needed, differences, reasons))

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
