#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"
#include "domain/evaluation.h"

namespace cineloom {

class Cinema;

/// What `cineloom eval` asks for.
struct EvaluationRequest {
  std::string dataset = "library";                 ///< "library", or the path of a file, folder or archive
  std::filesystem::path schema;                    ///< how to read it; empty = found by itself
  std::string protocol;                            ///< by name; empty = "ratings" where there are ratings, else "strong"
  std::vector<std::string> models;                 ///< by name; empty = the usual ones of the protocol
  std::vector<std::filesystem::path> predictions;  ///< scores by other programs: user, item, score
  int seeds = 1;                                   ///< splits, 1 .. 100
  Seed seed = 1;                                   ///< of the first
  int trials = 0;                                  ///< settings tried per model on validation; 0 = defaults
  bool is_learning_curve = false;
  std::size_t most_users = 20000;                  ///< asked per split; items are never sampled
  bool is_by_user_wanted = false;
  std::string suggest_for;                         ///< also recommend for this user of the data, by the best model that ranks
  std::size_t suggestions = 10;
};

/// One user's value of one metric of one model.
struct UserMetric {
  std::string user;
  std::string model;
  std::string metric;
  double value = 0;
};

struct SuggestedItem {
  std::string item;    ///< its name in the data
  std::string title;   ///< empty where the data has none
  double score = 0;
};

struct EvaluationResult {
  EvaluationReport report;
  std::vector<UserMetric> by_user;          ///< empty unless asked for
  std::string suggested_by;                 ///< model
  std::vector<SuggestedItem> suggestions;
};

/// Reads, tidies, splits, tunes, trains, asks and compares. `library` may be absent where the data is a file.
/// Errors: those of read_event_table and run_evaluation; NotFound for a user that the data does not have; Cancelled.
Expected<EvaluationResult> evaluate_data(const EvaluationRequest& request, Cinema* library, Progress& progress, const CancelToken& cancel);

/// A name that eval takes, with what it means.
struct EvaluationChoice {
  std::string name;
  std::string description;
};
std::vector<EvaluationChoice> evaluation_protocols();
std::vector<EvaluationChoice> evaluation_models();

}  // namespace cineloom
