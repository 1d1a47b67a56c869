#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/event.h"
#include "domain/forecast.h"
#include "domain/model_health.h"
#include "domain/slate.h"

namespace cineloom {

struct AlarmOptions {
  double tolerance = 0.25;  ///< rise that is put up with, in standard deviations of the absolute error, > 0
  double threshold = 20;    ///< sum of rises past it, in the same unit, at which the alarm is raised, > 0
  int burn_in = 30;         ///< pairs before the first alarm, >= 2
};

/// When the forecasts' absolute errors had risen for good: Page's test with a running mean (Page 1954, Hinkley 1971). With the
/// defaults fewer than 1 of 50 runs of 1000 steady pairs have a false alarm; errors twice as large are found after about 20 pairs.
/// `pairs` in order of rating.
std::optional<Timestamp> accuracy_alarm(std::span<const ForecastPair> pairs, const AlarmOptions& options = {});

/// Accuracy by calendar week (Monday, UTC); weeks without ratings are missing. `pairs` in any order.
std::vector<AccuracyWeek> accuracy_by_week(std::span<const ForecastPair> pairs);

/// What became of shown films by day of showing (UTC); days without lists are missing.
std::vector<PickDay> picks_by_day(std::span<const ShownFilm> shown);

/// Population stability index of how often films are watched now against before: films are sorted by their count before into
/// ten groups of equal mass (new films fall into the last), sum over groups of (p - q) ln(p / q), shares smoothed by half an event. 0 = alike,
/// below .1 steady, above .25 another population; 0 where either has fewer than 100 events.
double popularity_shift(const std::map<FilmId, int>& before, const std::map<FilmId, int>& now);

/// All that the health of a model is judged by.
struct HealthEvidence {
  int model_version = 0;                  ///< 0 = none kept
  std::optional<Timestamp> trained_at;
  std::optional<int> events_trained_on;   ///< none = nobody counted, and growth is not judged
  int events_now = 0;                     ///< all there are
  std::map<FilmId, int> watched_before;   ///< how often each film was watched, liked or rated until trained_at
  std::map<FilmId, int> watched_since;
  std::span<const Event> events;          ///< of the viewers who have forecasts
  std::span<const Forecast> forecasts;
  std::span<const ShownFilm> shown;
  std::vector<std::string> warnings;      ///< handed through
};

/// Advises retraining, with reasons, when forecasts have become worse, what is watched has shifted, or events have grown by a
/// fifth (and at least 20) since the training. The accuracy alarm looks only at forecasts of this model version.
ModelHealth judge_health(const HealthEvidence& evidence);

}  // namespace cineloom
