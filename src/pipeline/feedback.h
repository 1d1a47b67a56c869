#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/experiment.h"
#include "domain/forecast.h"
#include "domain/model_health.h"
#include "domain/recommendation.h"
#include "domain/slate.h"
#include "pipeline/cinema.h"

namespace cineloom {

/// The verbs of the feedback loop, beside those of Cinema: what was shown and forecast, how it turned out, what is tried.

/// How a recommendation came to be shown.
struct Showing {
  ViewerId viewer;
  Timestamp at;
  std::optional<Timestamp> visit_begin;  ///< the same list within a visit counts once; none = worked out from what the viewer did
  ListMaker maker = {};
  std::optional<int> model_version;      ///< 0 = no kept model; none = the version in use
  std::string context;                   ///< mood and circumstances in short
};

/// The showing of an answer to a request; the words of the viewer's mood stay out of it.
Showing showing_of(const TonightRequest& request, const Recommendation& recommendation, Timestamp at);

/// Keeps the list that was shown, notes which variants of experiments were met thereby, and locks a forecast for each of its films that is
/// neither rated nor forecast yet. Showing the same list in the same visit again changes nothing. Errors: NotFound for an unknown viewer or film, those of the store.
Expected<SlateId> remember_showing(Store& store, const Showing& showing, const Recommendation& recommendation);

/// What a viewer was shown lately, with what followed; newest list last. Errors: NotFound.
Expected<std::vector<ShownFilm>> shown_films(Store& store, ViewerId viewer, int slates = 100);

/// How the viewer's locked forecasts came true. Errors: NotFound.
Expected<Calibration> accuracy_of(Store& store, ViewerId viewer);

/// Kept versions of the recommender's model, newest first.
Expected<std::vector<ModelVersion>> model_versions(Store& store);
/// Makes a kept version answer from now on. Errors: NotFound; DataLoss if it is known to be damaged.
Expected<ModelVersion> use_model(Cinema& cinema, int number);
/// Makes the version before the one in use answer from now on. Errors: NotFound if there is none.
Expected<ModelVersion> roll_back_model(Cinema& cinema);
/// How the model in use is doing, and whether to train anew. Reads the model whole to see that it is not damaged.
Expected<ModelHealth> model_health(Store& store);

/// The share of chance that a viewer allows in lists, 0 .. 1; nobody is surprised unasked, so what was never set is 0. Errors: NotFound.
inline constexpr double kDefaultExploration = 0;
Expected<double> exploration_of(Store& store, ViewerId viewer);
/// Errors: NotFound; InvalidArgument outside 0 .. 1.
Expected<void> set_exploration(Store& store, ViewerId viewer, double budget);

/// From now on lists follow it (Trials). Errors: InvalidArgument for a name with other signs than letters, digits, '-', '_' and '.', and for
/// settings that no list has; Conflict beside another one that a bandit deals out; those of the store.
Expected<void> begin_experiment(Cinema& cinema, const Experiment& experiment);
/// Lists are as before; what was noted stays. Errors: NotFound; Conflict if it has ended.
Expected<Experiment> end_experiment(Cinema& cinema, std::string_view experiment);
/// Results so far; may be asked for as often as one likes. Errors: NotFound.
Expected<ExperimentReport> experiment_report(Store& store, std::string_view experiment, Timestamp now);

}  // namespace cineloom
