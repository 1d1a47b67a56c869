#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <vector>

#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

/// What a model expected a viewer to give a film, locked before the viewing.
struct Forecast {
  ViewerId viewer;
  FilmId film;
  double stars = 0;              ///< 0.5 .. 5
  double low = 0;                ///< of the 80 % interval
  double high = 0;
  int model_version = 0;         ///< 0 = no kept model
  Timestamp at;                  ///< when it was locked
};
BOOST_DESCRIBE_STRUCT(Forecast, (), (viewer, film, stars, low, high, model_version, at))

/// A locked forecast and the rating that followed.
struct ForecastPair {
  Forecast forecast;
  double actual = 0;    ///< stars
  Timestamp rated_at;
};
BOOST_DESCRIBE_STRUCT(ForecastPair, (), (forecast, actual, rated_at))

/// Forecasts of nearly the same height, and how the ratings turned out.
struct ReliabilityBin {
  double low = 0;             ///< forecasts from here ...
  double high = 0;            ///< ... up to here
  int count = 0;
  double mean_predicted = 0;
  double mean_actual = 0;
};
BOOST_DESCRIBE_STRUCT(ReliabilityBin, (), (low, high, count, mean_predicted, mean_actual))

/// How well locked forecasts came true. All means are over the pairs; 0 where there are none.
struct Calibration {
  int locked = 0;                   ///< forecasts in all
  int rated = 0;                    ///< of which a rating followed
  double rmse = 0;                  ///< in stars
  double mae = 0;
  double bias = 0;                  ///< mean of predicted - actual
  double coverage = 0;              ///< share of ratings inside their interval
  double coverage_low = 0;          ///< 95 % Wilson interval of that share
  double coverage_high = 1;
  double nominal_coverage = 0.8;    ///< what the intervals promise
  std::vector<ReliabilityBin> bins; ///< that hold anything, lowest first
  std::vector<ForecastPair> points; ///< in order of rating
};
BOOST_DESCRIBE_STRUCT(Calibration, (), (locked, rated, rmse, mae, bias, coverage, coverage_low, coverage_high, nominal_coverage, bins, points))

}  // namespace cineloom
