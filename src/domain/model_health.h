#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.h"

namespace cineloom {

/// Accuracy of the forecasts whose ratings came in one week.
struct AccuracyWeek {
  Timestamp begin;       ///< Monday, 00:00 UTC
  int ratings = 0;
  double rmse = 0;
  double mae = 0;
  double coverage = 0;   ///< share inside the 80 % interval
};
BOOST_DESCRIBE_STRUCT(AccuracyWeek, (), (begin, ratings, rmse, mae, coverage))

/// What became of the films shown on one day.
struct PickDay {
  Timestamp begin;       ///< 00:00 UTC
  int shown = 0;
  double watched = 0;    ///< share that was watched, liked or rated
  double hidden = 0;     ///< share that was hidden or skipped
};
BOOST_DESCRIBE_STRUCT(PickDay, (), (begin, shown, watched, hidden))

/// How the model in use is doing.
struct ModelHealth {
  int model_version = 0;               ///< 0 = none kept
  std::optional<Timestamp> trained_at;
  int events_trained_on = 0;           ///< known events up to the training
  int events_since = 0;
  std::vector<AccuracyWeek> weeks;     ///< oldest first
  std::vector<PickDay> days;           ///< oldest first
  std::optional<Timestamp> accuracy_alarm;  ///< when the forecasts' errors were first seen to have risen
  double popularity_shift = 0;         ///< population stability index of films watched since training against before; > .25 is large
  bool is_retraining_advised = false;
  std::vector<std::string> reasons;    ///< for retraining, most pressing first
  std::vector<std::string> warnings;   ///< e.g. that an earlier version answers because the active one is damaged
};
BOOST_DESCRIBE_STRUCT(ModelHealth, (),
                      (model_version, trained_at, events_trained_on, events_since, weeks, days, accuracy_alarm, popularity_shift, is_retraining_advised,
                       reasons, warnings))

}  // namespace cineloom
