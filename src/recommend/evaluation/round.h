#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "recommend/evaluation/fold.h"
#include "recommend/evaluation/measure.h"
#include "recommend/evaluation/model_registry.h"

namespace cineloom {

/// Scores or stars that another program computed, by positions in the table.
struct ForeignPredictions {
  std::string name;
  std::unordered_map<std::uint64_t, float> values;  ///< by key_of(user, item)

  static std::uint64_t key_of(std::int32_t user, std::int32_t item) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(user)) << 32U | static_cast<std::uint32_t>(item);
  }
};

/// A fold with everything that measuring models on it takes.
struct Round {
  Fold fold;
  std::vector<Metric> metrics;   ///< main one first; those that the data cannot answer are left out
  FeatureLists features;         ///< by item of the fold, or empty
  std::int32_t feature_count = 0;
  std::span<const std::string> feature_names;  ///< of the table, which has to live as long
  ListContext context;
  StarScale scale;
  bool is_stars = false;         ///< the protocol forecasts ratings
  Seed seed = 1;
};

/// Errors: as make_fold.
Expected<Round> make_round(const EventTable& table, const FoldRequest& request);

/// A model's figures on a round.
struct RoundFigures {
  Measurement measured;
  double fit_seconds = 0;
};

/// Trains and asks. Errors: InvalidArgument if the kind cannot answer the protocol; those of the model; Cancelled.
Expected<RoundFigures> measure_model(const Round& round, const ModelKind& kind, const Settings& settings, Progress& progress, const CancelToken& cancel);

/// Asks a file. What it leaves out ranks last, or is forecast as the mean of the training ratings; `missing` counts it.
Expected<RoundFigures> measure_foreign(const Round& round, const ForeignPredictions& foreign, std::size_t& missing, Progress& progress,
                                       const CancelToken& cancel);

/// The kind's tunables for the question a round asks.
std::span<const Tunable> tunables_of(const ModelKind& kind, bool is_stars);

/// What a search chose.
struct TunedSettings {
  Settings settings;
  double value = 0;  ///< of the main metric on the validation round
};

/// Tries the defaults and `trials - 1` settings drawn at random over the declared ranges on a validation round and keeps the best by
/// the main metric; the same number of trials for every model (Bergstra and Bengio 2012). trials >= 1.
Expected<TunedSettings> tune(const Round& validation, const ModelKind& kind, int trials, Progress& progress, const CancelToken& cancel);

}  // namespace cineloom
