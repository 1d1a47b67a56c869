#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

/// One of the ways that an experiment compares.
struct Variant {
  std::string name;             ///< unique within the experiment: "control", "bolder", ...
  double share = 0;             ///< of the viewers, > 0; the shares of an experiment add up to 1
  std::string settings = "{}";  ///< JSON object: the dials of its lists that differ
};
BOOST_DESCRIBE_STRUCT(Variant, (), (name, share, settings))

/// How lists come to variants.
enum class Allocation {
  Fixed,     ///< a viewer's all to the same one, by the shares
  Adaptive,  ///< each day's anew, more to those whose lists are followed more; the shares do not count
};
BOOST_DESCRIBE_ENUM(Allocation, Fixed, Adaptive)

/// What counts as success.
enum class ExperimentMetric {
  Watched,  ///< whether a viewer watched, liked or rated a shown film: yes or no
  Stars,    ///< mean stars a viewer gave to shown films
};
BOOST_DESCRIBE_ENUM(ExperimentMetric, Watched, Stars)

/// A comparison of variants; viewers are assigned by a keyed hash, nothing is stored to assign them.
struct Experiment {
  std::string name;                       ///< unique
  std::string salt;                       ///< key of the hash; other salts give independent assignments
  std::vector<Variant> variants;          ///< two or more; the first is what the others are compared with
  Allocation allocation = Allocation::Fixed;
  ExperimentMetric metric = ExperimentMetric::Watched;
  Timestamp started_at;
  std::optional<Timestamp> stopped_at;
};
BOOST_DESCRIBE_STRUCT(Experiment, (), (name, salt, variants, allocation, metric, started_at, stopped_at))

/// That a viewer met a variant; the first meeting counts.
struct Exposure {
  std::string experiment;
  ViewerId viewer;
  std::string variant;
  Timestamp at;
};
BOOST_DESCRIBE_STRUCT(Exposure, (), (experiment, viewer, variant, at))

/// One variant's results.
struct VariantResult {
  std::string name;
  double share = 0;      ///< declared
  int exposed = 0;       ///< viewers that met it
  int measured = 0;      ///< of whom an outcome is known
  double mean = 0;       ///< of the outcomes
  double difference = 0; ///< to the first variant
  double low = 0;        ///< of the difference, valid however often one looks
  double high = 0;
  double p_value = 1;    ///< valid however often one looks
  bool is_significant = false;
};
BOOST_DESCRIBE_STRUCT(VariantResult, (), (name, share, exposed, measured, mean, difference, low, high, p_value, is_significant))

/// What a variant would have earned had it made all lists, estimated from the lists that all of them made.
struct VariantEstimate {
  std::string name;
  int lists = 0;             ///< that it made
  double value = 0;          ///< share of lists of which a film is watched, liked or rated within a week
  double low = 0;            ///< 95 % interval; lists of one viewer are not taken for independent
  double high = 0;
  double effective_lists = 0;
  std::vector<std::string> warnings;  ///< why it may not be believed
};
BOOST_DESCRIBE_STRUCT(VariantEstimate, (), (name, lists, value, low, high, effective_lists, warnings))

struct ExperimentReport {
  Experiment experiment;
  double alpha = 0.05;                ///< chance of a false alarm over all looks and all variants
  std::vector<VariantResult> results; ///< in the order of the variants
  std::vector<VariantEstimate> estimates; ///< of those that made lists which are a week old
  double ratio_p_value = 1;           ///< of the split being as declared, valid however often one looks
  bool is_ratio_sound = true;         ///< false: the split is not as declared, and the results cannot be trusted
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(ExperimentReport, (), (experiment, alpha, results, estimates, ratio_p_value, is_ratio_sound, warnings))

}  // namespace cineloom
