#pragma once

#include <string>
#include <vector>

#include "domain/evaluation.h"
#include "recommend/evaluation/round.h"

namespace cineloom {

struct EvaluationRunOptions {
  ProtocolInfo protocol;
  std::vector<std::string> models;             ///< names of the registry
  std::vector<ForeignPredictions> foreign;     ///< compared beside them
  int seeds = 1;                               ///< splits drawn, >= 1
  Seed seed = 1;                               ///< the first; the others follow
  int trials = 0;                              ///< settings tried per model on the validation part; 0 = defaults
  bool is_learning_curve = false;              ///< also with 10, 25, 50 and 75 % of the training data, first seed
  std::size_t most_cases = 20000;              ///< users asked per split
  int bootstrap_samples = 2000;
};

/// One model's metric by user, averaged over seeds.
struct UserValues {
  std::string model;
  std::string metric;
  std::vector<std::int32_t> users;  ///< positions in the table, rising
  std::vector<double> values;
};

struct EvaluationRun {
  EvaluationReport report;           ///< without data file, machine and version: whoever knows them adds them
  std::vector<UserValues> by_user;
};

/// Splits, tunes every model with the same number of trials, trains, asks, and compares pairs of models on the same users.
/// `table` must be tidy(). Errors: InvalidArgument for unknown models, no model, or data that cannot answer; Cancelled.
Expected<EvaluationRun> run_evaluation(const EventTable& table, const EvaluationRunOptions& options, Progress& progress, const CancelToken& cancel);

/// One item for a user.
struct Suggestion {
  std::int32_t item = 0;  ///< position in the table
  float score = 0;
};

/// What a model trained on everything that users liked would give this user (position in the table), without what they know.
/// Errors: InvalidArgument for a model that does not rank; those of the model; Cancelled.
Expected<std::vector<Suggestion>> suggest(const EventTable& table, const std::string& model, std::int32_t user, std::size_t count, Progress& progress,
                                          const CancelToken& cancel);

}  // namespace cineloom
