#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/recommendation.h"
#include "domain/text.h"

namespace cineloom {

/// One measure of one model: the mean over users (or ratings), with what chance may have done.
struct MeasuredValue {
  std::string metric;            ///< "ndcg@100", "rmse", ...
  double value = 0;
  double low = 0;                ///< 95 % interval by bootstrap over users; equal to `value` where there is none
  double high = 0;
  double seed_deviation = 0;     ///< standard deviation over seeds; 0 with one seed
  bool is_best = false;          ///< of the models compared
  bool is_tied_with_best = false;///< the difference to the best may be chance (p >= .05 after Holm)
};
BOOST_DESCRIBE_STRUCT(MeasuredValue, (), (metric, value, low, high, seed_deviation, is_best, is_tied_with_best))

/// Forecasts of about the same height, against what was given.
struct CalibrationBin {
  double predicted = 0;  ///< mean forecast
  double actual = 0;     ///< mean of what was given
  int count = 0;
};
BOOST_DESCRIBE_STRUCT(CalibrationBin, (), (predicted, actual, count))

/// How good a model is when it learns from a share of the data.
struct LearningPoint {
  double share = 0;  ///< of the training events, 0 .. 1
  double value = 0;  ///< of the main metric
};
BOOST_DESCRIBE_STRUCT(LearningPoint, (), (share, value))

/// What one model reached.
struct ModelFigures {
  std::string model;
  LocalText description;
  std::map<std::string, double> settings;
  int trials = 0;  ///< settings tried on the validation part; 0 = defaults
  double validation_value = 0;  ///< of the main metric with the chosen settings; 0 without tuning
  double fit_seconds = 0;       ///< wall, mean over seeds
  double ask_seconds = 0;       ///< wall, for all test cases
  std::vector<MeasuredValue> values;
  std::vector<CalibrationBin> calibration;   ///< of stars
  std::optional<double> interval_coverage;   ///< share of test ratings inside the 80 % interval, where the model gives one
  std::vector<RatedPrediction> points;       ///< of stars, first seed, at most 200000
  std::vector<LearningPoint> learning;
  std::vector<LocalText> notes;
};
BOOST_DESCRIBE_STRUCT(ModelFigures, (),
                      (model, description, settings, trials, validation_value, fit_seconds, ask_seconds, values, calibration, interval_coverage, points,
                       learning, notes))

/// Two models on the same users.
struct PairedComparison {
  std::string metric;
  std::string better;
  std::string worse;
  double difference = 0;  ///< how much the better one gains, >= 0: more of the metric, or less of an error
  double low = 0;         ///< 95 % interval
  double high = 0;
  double p = 1;           ///< two-sided, paired bootstrap over users
  double p_holm = 1;      ///< after Holm's correction over all pairs of the metric
};
BOOST_DESCRIBE_STRUCT(PairedComparison, (), (metric, better, worse, difference, low, high, p, p_holm))

/// One number about data or split, for people: "train events", 388246.
struct SplitFact {
  LocalText name;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(SplitFact, (), (name, count))

/// An evaluation as a whole: what was measured on what, how, and what it says.
struct EvaluationReport {
  std::string data;
  std::string sha256;
  std::string protocol;
  LocalText protocol_description;
  std::string main_metric;
  std::vector<std::uint64_t> seeds;
  std::vector<SplitFact> facts;  ///< sizes, first seed
  std::vector<LocalText> warnings;
  std::string machine;
  int threads = 0;
  std::string version;
  int bootstrap_samples = 0;
  std::vector<ModelFigures> models;  ///< best first by the main metric
  std::vector<PairedComparison> comparisons;
};
BOOST_DESCRIBE_STRUCT(EvaluationReport, (),
                      (data, sha256, protocol, protocol_description, main_metric, seeds, facts, warnings, machine, threads, version, bootstrap_samples, models,
                       comparisons))

}  // namespace cineloom
