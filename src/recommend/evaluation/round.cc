#include "recommend/evaluation/round.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace cineloom {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFewItems = 500;

FeatureLists features_of(const EventTable& table, const Fold& fold) {
  FeatureLists features;
  if (table.features.empty()) return features;
  for (const std::int32_t item : fold.item_of) features.push_back(table.features[static_cast<std::size_t>(item)]);
  return features;
}

/// Diversity and calibration are about the first kind of feature (genres, say): thousands of names would drown it.
FeatureLists first_kind_only(const EventTable& table, FeatureLists features) {
  if (table.feature_names.empty()) return features;
  const std::string& first = table.feature_names.front();
  const std::string prefix = first.substr(0, first.find(':'));
  for (auto& list : features) {
    std::erase_if(list, [&](std::int32_t feature) { return !table.feature_names[static_cast<std::size_t>(feature)].starts_with(prefix); });
  }
  return features;
}

Expected<std::vector<Metric>> metrics_of(const ProtocolInfo& info, bool has_features, std::size_t items) {
  std::vector<Metric> metrics;
  for (const std::string& name : info.metrics) {
    CINELOOM_TRY_ASSIGN(Metric metric, parse_metric(name));
    const bool needs_features = metric.kind == MetricKind::Diversity || metric.kind == MetricKind::CalibrationKl;
    // Among a few hundred items the hundred most popular are no minority.
    const bool needs_many_items = metric.kind == MetricKind::TopShare;
    if ((has_features || !needs_features) && (items > kFewItems || !needs_many_items)) metrics.push_back(std::move(metric));
  }
  return metrics;
}

Expected<RoundFigures> measure_scorer(const Round& round, const ModelKind& kind, const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  const auto began = Clock::now();
  CINELOOM_TRY_ASSIGN_IN(const auto scorer, kind.fit_scorer(request, progress, cancel), "training " + kind.name);
  RoundFigures figures{.fit_seconds = std::chrono::duration<double>(Clock::now() - began).count()};
  const auto score = [&](const RankingCase& question, std::span<float> scores) { scorer->score(question.history, scores); };
  CINELOOM_TRY_ASSIGN_IN(figures.measured, measure_ranking(round.fold, score, round.metrics, round.context, progress, cancel), "asking " + kind.name);
  return figures;
}

Expected<RoundFigures> measure_predictor(const Round& round, const ModelKind& kind, const FitRequest& request, Progress& progress, const CancelToken& cancel) {
  const auto began = Clock::now();
  CINELOOM_TRY_ASSIGN_IN(const auto predictor, kind.fit_ratings(request, progress, cancel), "training " + kind.name);
  RoundFigures figures{.fit_seconds = std::chrono::duration<double>(Clock::now() - began).count()};
  const auto forecast = [&](std::int32_t user, std::span<const std::int32_t> items, std::span<RatingForecast> forecasts) {
    predictor->predict_all(user, items, forecasts);
  };
  CINELOOM_TRY_ASSIGN_IN(figures.measured, measure_ratings(round.fold, forecast, round.metrics, round.scale, progress, cancel), "asking " + kind.name);
  return figures;
}

double drawn(const Tunable& tunable, Random& random) {
  const double at = random.uniform();
  if (tunable.scale == TunableScale::Linear) return std::lerp(tunable.low, tunable.high, at);
  const double value = std::exp(std::lerp(std::log(tunable.low), std::log(tunable.high), at));
  return tunable.scale == TunableScale::Whole ? std::round(value) : value;
}

}  // namespace

Expected<Round> make_round(const EventTable& table, const FoldRequest& request) {
  const ProtocolInfo& info = protocols()[static_cast<std::size_t>(request.protocol)];
  CINELOOM_TRY_ASSIGN(Fold fold, make_fold(table, request));
  Round round{.fold = std::move(fold),
              .feature_count = static_cast<std::int32_t>(table.feature_names.size()),
              .feature_names = table.feature_names,
              .scale = {.low = table.scale_low, .high = table.scale_high},
              .is_stars = request.protocol == Protocol::Ratings,
              .seed = request.seed};
  round.features = features_of(table, round.fold);
  CINELOOM_TRY_ASSIGN(round.metrics, metrics_of(info, !round.features.empty(), round.fold.item_of.size()));
  if (!round.is_stars) {
    round.context = make_list_context(round.fold.train.item_counts(), round.fold.train.users(), first_kind_only(table, round.features), round.feature_count);
  }
  return round;
}

Expected<RoundFigures> measure_model(const Round& round, const ModelKind& kind, const Settings& settings, Progress& progress, const CancelToken& cancel) {
  std::vector<Interaction> asked = round.fold.held_out;
  for (Interaction& pair : asked) pair.value = 0;
  const FitRequest request{.train = round.fold.train,
                           .features = round.features,
                           .feature_count = round.feature_count,
                           .feature_names = round.feature_names,
                           .scale_low = round.scale.low,
                           .scale_high = round.scale.high,
                           .asked = asked,
                           .settings = settings,
                           .seed = derive_seed(round.seed, kind.name)};
  if (round.is_stars && kind.fit_ratings) return measure_predictor(round, kind, request, progress, cancel);
  if (!round.is_stars && kind.fit_scorer) return measure_scorer(round, kind, request, progress, cancel);
  return std::unexpected(
      Error(ErrorCode::InvalidArgument,
            fmt::format("the model '{}' {}", kind.name, round.is_stars ? "ranks and does not forecast ratings" : "forecasts ratings and does not rank"))
          .advise("take another model or protocol: cineloom eval --list"));
}

Expected<RoundFigures> measure_foreign(const Round& round, const ForeignPredictions& foreign, std::size_t& missing, Progress& progress,
                                       const CancelToken& cancel) {
  const Fold& fold = round.fold;
  const auto find = [&](std::int32_t user, std::int32_t item) {
    return foreign.values.find(ForeignPredictions::key_of(user, fold.item_of[static_cast<std::size_t>(item)]));
  };
  RoundFigures figures;
  if (round.is_stars) {
    double mean = 0;
    for (std::int32_t user = 0; user < fold.train.users(); ++user) {
      for (const HistoryEntry& entry : fold.train.history(user)) mean += static_cast<double>(entry.value) / static_cast<double>(fold.train.size());
    }
    const auto user_of = [&](std::int32_t user) { return fold.user_of[static_cast<std::size_t>(user)]; };
    missing = static_cast<std::size_t>(
        std::ranges::count_if(fold.held_out, [&](const Interaction& rating) { return find(user_of(rating.user), rating.item) == foreign.values.end(); }));
    const auto forecast = [&](std::int32_t user, std::span<const std::int32_t> items, std::span<RatingForecast> forecasts) {
      for (std::size_t at = 0; at < items.size(); ++at) {
        const auto found = find(user_of(user), items[at]);
        forecasts[at].stars = found == foreign.values.end() ? mean : static_cast<double>(found->second);
      }
    };
    CINELOOM_TRY_ASSIGN(figures.measured, measure_ratings(fold, forecast, round.metrics, round.scale, progress, cancel));
    return figures;
  }
  const auto score = [&](const RankingCase& question, std::span<float> scores) {
    for (std::size_t item = 0; item < scores.size(); ++item) {
      const auto found = find(question.user, static_cast<std::int32_t>(item));
      scores[item] = found == foreign.values.end() ? std::numeric_limits<float>::lowest() : found->second;
    }
  };
  missing = static_cast<std::size_t>(std::ranges::count_if(fold.cases, [&](const RankingCase& question) {
    for (std::int32_t item = 0; item < fold.train.items(); ++item) {
      if (find(question.user, item) != foreign.values.end()) return false;
    }
    return true;
  }));
  CINELOOM_TRY_ASSIGN(figures.measured, measure_ranking(fold, score, round.metrics, round.context, progress, cancel));
  return figures;
}

std::span<const Tunable> tunables_of(const ModelKind& kind, bool is_stars) { return is_stars ? kind.rating_tunables : kind.tunables; }

Expected<TunedSettings> tune(const Round& validation, const ModelKind& kind, int trials, Progress& progress, const CancelToken& cancel) {
  const auto tunables = tunables_of(kind, validation.is_stars);
  const bool is_more_better = validation.metrics.front().is_more_better();
  Random random(derive_seed(validation.seed, "tune " + kind.name));
  TunedSettings best;
  for (int trial = 0; trial < (tunables.empty() ? 1 : trials); ++trial) {
    Settings settings = default_settings(tunables);
    if (trial > 0) {
      for (const Tunable& tunable : tunables) settings[tunable.name] = drawn(tunable, random);
    }
    CINELOOM_TRY_ASSIGN(const RoundFigures figures, measure_model(validation, kind, settings, progress, cancel));
    const double value = figures.measured.totals.front();
    if (trial == 0 || (is_more_better ? value > best.value : value < best.value)) best = {.settings = std::move(settings), .value = value};
  }
  return best;
}

}  // namespace cineloom
