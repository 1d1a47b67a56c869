#include "pipeline/feedback.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/hash.h"
#include "base/json.h"
#include "feedback/calibration.h"
#include "feedback/experiment.h"
#include "feedback/monitors.h"
#include "feedback/slate_outcomes.h"
#include "feedback/visit.h"
#include "pipeline/shown_lists.h"
#include "pipeline/webhooks.h"
#include "store/rating_counts.h"

namespace cineloom {
namespace {

constexpr std::string_view kExplorationName = "exploration";

/// The same for the same films in the same order, within a visit.
std::string key_of(const Showing& showing, const Recommendation& recommendation) {
  std::string films;
  for (const Pick& pick : recommendation.picks) films += fmt::format("{},", pick.film.number());
  return fmt::format("{}-{:016x}", showing.visit_begin.value_or(showing.at).time_since_epoch().count(), fnv1a64(showing.maker.ranker + "/" + films));
}

Slate slate_of(const Showing& showing, const Recommendation& recommendation) {
  Slate slate{.viewer = showing.viewer,
              .at = showing.at,
              .key = key_of(showing, recommendation),
              .ranker = showing.maker.ranker,
              .ranker_chance = showing.maker.ranker_chance,
              .model_version = showing.model_version.value_or(0),
              .context = showing.context,
              .items = {}};
  for (const Pick& pick : recommendation.picks)
    slate.items.push_back({.film = pick.film, .position = static_cast<int>(slate.items.size()) + 1, .score = pick.score, .propensity = pick.propensity});
  return slate;
}

std::vector<Forecast> forecasts_of(const Showing& showing, const Recommendation& recommendation) {
  std::vector<Forecast> forecasts;
  for (const Pick& pick : recommendation.picks) {
    forecasts.push_back({.viewer = showing.viewer,
                         .film = pick.film,
                         .stars = pick.predicted_stars,
                         .low = std::min(pick.interval_low, pick.predicted_stars),
                         .high = std::max(pick.interval_high, pick.predicted_stars),
                         .model_version = showing.model_version.value_or(0),
                         .at = showing.at});
  }
  return forecasts;
}

Expected<std::optional<ModelVersion>> active_version(Store& store) {
  CINELOOM_TRY_ASSIGN(const auto versions, store.models(kRecommenderModel));
  const auto active = std::ranges::find_if(versions, &ModelVersion::is_active);
  return active == versions.end() ? std::nullopt : std::optional(*active);
}

/// The showing with what can be worked out filled in.
Expected<Showing> completed(Store& store, Showing showing) {
  if (!showing.visit_begin) {
    CINELOOM_TRY_ASSIGN(const auto events, store.events_of(showing.viewer));
    showing.visit_begin = present_visit(events, showing.at, [](FilmId) { return std::vector<std::string>(); }).begin;
  }
  if (!showing.model_version) {
    CINELOOM_TRY_ASSIGN(const auto version, active_version(store));
    showing.model_version = version ? version->number : 0;
  }
  return showing;
}

/// What training noted of itself.
struct TrainingNotes {
  std::optional<int> events;
};
BOOST_DESCRIBE_STRUCT(TrainingNotes, (), (events))

Expected<Experiment> experiment_called(Store& store, std::string_view name) {
  CINELOOM_TRY_ASSIGN(const auto experiments, store.experiments());
  const auto found = std::ranges::find(experiments, name, &Experiment::name);
  if (found != experiments.end()) return *found;
  return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no experiment '{}'", name)).advise("list them: cineloom experiment list"));
}

/// One that ended between the making and the showing of a list is not met.
Expected<void> note_meetings(Store& store, const Showing& showing) {
  for (Exposure met : showing.maker.met) {
    met.at = showing.at;
    const auto noted = store.add_exposure(met);
    if (!noted && noted.error().code() != ErrorCode::Conflict) return fail_in(noted.error(), "noting what is tried");
  }
  return {};
}

Expected<void> require_plain_name(std::string_view what, std::string_view name) {
  const auto is_plain = [](char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_' || letter == '.'; };
  if (!name.empty() && name.size() <= 64 && std::ranges::all_of(name, is_plain)) return {};
  return fail(ErrorCode::InvalidArgument, fmt::format("the name of {}: expected 1 to 64 letters, digits, '-', '_' or '.', found '{}'", what, name));
}

/// Two bandits at a time would each need a chance of its own beside every list.
Expected<void> require_only_bandit(Store& store, const Experiment& begun) {
  CINELOOM_TRY_ASSIGN(const auto experiments, store.experiments());
  const auto other = std::ranges::find_if(
      experiments, [&](const Experiment& known) { return known.allocation == Allocation::Adaptive && !known.stopped_at && known.name != begun.name; });
  if (begun.allocation == Allocation::Fixed || other == experiments.end()) return {};
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("a bandit deals out the lists of '{}' already", other->name))
                             .advise("end that experiment first: cineloom experiment end NAME"));
}

}  // namespace

Showing showing_of(const TonightRequest& request, const Recommendation& recommendation, Timestamp at) {
  const Feeling feeling = recommendation.mood.feeling;
  std::string context = fmt::format("valence {:+.2f}, arousal {:.2f}, {}", feeling.valence, feeling.arousal, json::enum_name(request.policy));
  if (request.time) context += fmt::format(", {} minutes", request.time->count());
  if (!request.companions.empty()) context += fmt::format(", {} more", request.companions.size());
  return {.viewer = request.viewer, .at = at, .visit_begin = {}, .maker = request.maker, .model_version = {}, .context = context};
}

Expected<SlateId> remember_showing(Store& store, const Showing& given, const Recommendation& recommendation) {
  CINELOOM_TRY_ASSIGN(const Showing showing, completed(store, given));
  CINELOOM_TRY_ASSIGN_IN(const SlateId id, store.put_slate(slate_of(showing, recommendation)), "keeping what was shown");
  CINELOOM_TRY(note_meetings(store, showing));
  const auto forecasts = forecasts_of(showing, recommendation);
  CINELOOM_TRY_ASSIGN_IN(const int locked, store.lock_new_forecasts(forecasts), "locking forecasts");
  std::ignore = locked;  // how many were new does not matter here
  return id;
}

Expected<std::vector<ShownFilm>> shown_films(Store& store, ViewerId viewer, int slates) {
  CINELOOM_TRY(store.viewer(viewer));
  CINELOOM_TRY_ASSIGN(const auto shown, store.slates({.viewer = viewer, .since = {}, .limit = slates}));
  CINELOOM_TRY_ASSIGN(const auto events, store.events_of(viewer));
  return join_outcomes(shown, events);
}

Expected<Calibration> accuracy_of(Store& store, ViewerId viewer) {
  CINELOOM_TRY(store.viewer(viewer));
  CINELOOM_TRY_ASSIGN(const auto forecasts, store.forecasts(viewer));
  CINELOOM_TRY_ASSIGN(const auto events, store.events_of(viewer));
  return calibrate(forecasts, events);
}

Expected<std::vector<ModelVersion>> model_versions(Store& store) { return store.models(kRecommenderModel); }

Expected<ModelVersion> use_model(Cinema& cinema, int number) {
  CINELOOM_TRY_ASSIGN(ModelVersion version, cinema.store().use_model(kRecommenderModel, number));
  cinema.reload_model();
  tell_of_model(cinema.store(), version, cinema.now());
  return version;
}

Expected<ModelVersion> roll_back_model(Cinema& cinema) {
  CINELOOM_TRY_ASSIGN(ModelVersion version, cinema.store().roll_back_model(kRecommenderModel));
  cinema.reload_model();
  tell_of_model(cinema.store(), version, cinema.now());
  return version;
}

Expected<ModelHealth> model_health(Store& store) {
  CINELOOM_TRY_ASSIGN(const auto version, active_version(store));
  CINELOOM_TRY_ASSIGN(const auto kept, store.active_model(kRecommenderModel));
  CINELOOM_TRY_ASSIGN(const auto forecasts, store.forecasts(ViewerId()));
  std::set<ViewerId> forecast_for;
  for (const Forecast& forecast : forecasts) forecast_for.insert(forecast.viewer);
  CINELOOM_TRY_ASSIGN(const auto events, events_of_all(store, forecast_for));
  CINELOOM_TRY_ASSIGN(const auto shown, shown_with_outcomes(store, {.since = {}}));
  CINELOOM_TRY_ASSIGN(const std::int64_t events_now, store.event_count());
  HealthEvidence evidence{.trained_at = {},
                          .events_trained_on = {},
                          .events_now = static_cast<int>(events_now),
                          .events = events,
                          .forecasts = forecasts,
                          .shown = shown,
                          .warnings = {}};
  if (version) {
    CINELOOM_TRY_ASSIGN(WatchCounts counts, watch_counts(store, version->trained_at));
    evidence.watched_before = std::move(counts.until);
    evidence.watched_since = std::move(counts.since);
  }
  if (version) {
    evidence.model_version = version->number;
    evidence.trained_at = version->trained_at;
    if (const auto notes = json::read<TrainingNotes>(version->metrics)) evidence.events_trained_on = notes->events;
    if (!kept) evidence.warnings.push_back(fmt::format("version {} is damaged and no good one is kept", version->number));
  }
  if (kept && !kept->warning.empty()) evidence.warnings.push_back(kept->warning);
  ModelHealth health = judge_health(evidence);
  if (!evidence.warnings.empty()) {
    health.is_retraining_advised = true;
    health.reasons.insert(health.reasons.begin(), "the model in use is damaged");
  }
  return health;
}

Expected<double> exploration_of(Store& store, ViewerId viewer) {
  CINELOOM_TRY(store.viewer(viewer));
  CINELOOM_TRY_ASSIGN(const auto text, store.preference(viewer, kExplorationName));
  if (!text) return kDefaultExploration;
  const auto budget = json::read<double>(*text);
  if (budget && *budget >= 0 && *budget <= 1) return *budget;
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("the exploration budget of viewer {} cannot be read", viewer.number()))
                             .advise("set it again: cineloom explore --user NAME 0.1"));
}

Expected<void> set_exploration(Store& store, ViewerId viewer, double budget) {
  if (!(budget >= 0 && budget <= 1)) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("an exploration budget: expected 0 to 1, found {}", budget))
                               .advise("0 shows only the best guesses, 1 lets chance play as far as little is known of you"));
  }
  return store.put_preference(viewer, kExplorationName, json::write(budget));
}

Expected<void> begin_experiment(Cinema& cinema, const Experiment& experiment) {
  CINELOOM_TRY(require_plain_name("an experiment", experiment.name));
  for (const Variant& variant : experiment.variants) {
    CINELOOM_TRY(require_plain_name("a variant", variant.name));
    CINELOOM_TRY(dials_of(variant));
  }
  CINELOOM_TRY(require_only_bandit(cinema.store(), experiment));
  CINELOOM_TRY(cinema.store().put_experiment(experiment));
  cinema.trials().forget();
  return {};
}

Expected<Experiment> end_experiment(Cinema& cinema, std::string_view experiment) {
  CINELOOM_TRY_ASSIGN(Experiment ended, cinema.store().stop_experiment(experiment, cinema.now()));
  cinema.trials().forget();
  return ended;
}

Expected<ExperimentReport> experiment_report(Store& store, std::string_view experiment, Timestamp now) {
  CINELOOM_TRY_ASSIGN(const Experiment found, experiment_called(store, experiment));
  CINELOOM_TRY_ASSIGN(const auto exposures, store.exposures(experiment));
  CINELOOM_TRY_ASSIGN(const auto shown, shown_with_outcomes(store, {.since = found.started_at, .limit = 1'000'000}));
  const auto outcomes = viewer_outcomes(found, exposures, shown, found.stopped_at.value_or(now));
  CINELOOM_TRY_ASSIGN(ExperimentReport report, judge(found, exposures, outcomes));
  report.estimates = estimate_variants(found, shown, now);
  return report;
}

}  // namespace cineloom
