#include "recommend/evaluation/evaluation_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/nearest_name.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/evaluation/significance.h"
#include "recommend/internal/prepared_events.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostPoints = 200000;
constexpr double kSignificant = 0.05;

/// One competitor over all seeds: a model of the registry, or a file.
struct Competitor {
  const ModelKind* kind = nullptr;
  const ForeignPredictions* foreign = nullptr;
  ModelFigures figures;
  std::vector<Measurement> by_seed;

  [[nodiscard]] const std::string& name() const { return figures.model; }
};

Expected<std::vector<Competitor>> competitors_of(const EvaluationRunOptions& options) {
  std::vector<Competitor> competitors;
  for (const std::string& name : options.models) {
    CINELOOM_TRY_ASSIGN(const ModelKind* kind, find_model_kind(name));
    if (std::ranges::any_of(competitors, [&](const Competitor& other) { return other.name() == name; })) continue;
    competitors.push_back({.kind = kind, .figures = {.model = kind->name, .description = kind->description, .trials = options.trials}});
  }
  for (const ForeignPredictions& foreign : options.foreign) {
    competitors.push_back({.foreign = &foreign, .figures = {.model = foreign.name, .description = {"predictions from a file", "来自文件的预测"}}});
  }
  if (!competitors.empty()) return competitors;
  return std::unexpected(Error(ErrorCode::InvalidArgument, "there is no model to evaluate").advise("name some with --models, or a file with --predictions"));
}

LocalText note_of_missing(const Round& round, std::size_t missing) {
  const std::size_t ratings = round.fold.held_out.size();
  const std::size_t users = round.fold.cases.size();
  if (round.is_stars) {
    return {.english = fmt::format("{} of {} test ratings are not in the file and were forecast as the mean", missing, ratings),
            .chinese = fmt::format("{} 个测试评分中有 {} 个不在文件中，按均值预测", ratings, missing)};
  }
  return {.english = fmt::format("{} of {} users asked are not in the file; their lists are by lot", missing, users),
          .chinese = fmt::format("被问的 {} 位用户中有 {} 位不在文件中，其列表为抽签", users, missing)};
}

/// Asks one competitor about one round and adds what it gave to its figures.
Expected<void> compete(Competitor& competitor, const Round& round, const Settings& settings, Progress& progress, const CancelToken& cancel) {
  RoundFigures given;
  if (competitor.foreign != nullptr) {
    std::size_t missing = 0;
    CINELOOM_TRY_ASSIGN(given, measure_foreign(round, *competitor.foreign, missing, progress, cancel));
    if (missing > 0) { competitor.figures.notes.push_back(note_of_missing(round, missing)); }
  } else {
    CINELOOM_TRY_ASSIGN(given, measure_model(round, *competitor.kind, settings, progress, cancel));
  }
  competitor.figures.fit_seconds += given.fit_seconds;
  competitor.figures.ask_seconds += given.measured.seconds;
  competitor.by_seed.push_back(std::move(given.measured));
  return {};
}

Expected<void> add_learning_curve(Competitor& competitor, const Round& round, const Settings& settings, Progress& progress, const CancelToken& cancel) {
  if (competitor.kind == nullptr) return {};
  for (const double share : {0.1, 0.25, 0.5, 0.75}) {
    Round part = round;
    Random random(derive_seed(round.seed, "learning curve"));
    std::vector<Interaction> kept;
    for (std::int32_t user = 0; user < round.fold.train.users(); ++user) {
      for (const HistoryEntry& entry : round.fold.train.history(user)) {
        if (random.uniform() < share) kept.push_back({.user = user, .item = entry.item, .value = entry.value, .time = entry.time});
      }
    }
    if (kept.empty()) continue;
    CINELOOM_TRY_ASSIGN(part.fold.train, Interactions::from(kept, round.fold.train.users(), round.fold.train.items()));
    CINELOOM_TRY_ASSIGN(const RoundFigures figures, measure_model(part, *competitor.kind, settings, progress, cancel));
    competitor.figures.learning.push_back({.share = share, .value = figures.measured.totals.front()});
  }
  competitor.figures.learning.push_back({.share = 1, .value = competitor.by_seed.front().totals.front()});
  return {};
}

Expected<void> run_seed(const EventTable& table, const EvaluationRunOptions& options, Seed seed, std::vector<Competitor>& competitors, EvaluationReport& report,
                        Progress& progress, const CancelToken& cancel) {
  const bool is_first = report.seeds.empty();
  report.seeds.push_back(seed);
  std::vector<Settings> settings(competitors.size());
  const FoldRequest request{.protocol = options.protocol.protocol, .seed = seed, .most_cases = options.most_cases};
  for (std::size_t at = 0; at < competitors.size(); ++at) {
    if (competitors[at].kind != nullptr) settings[at] = default_settings(tunables_of(*competitors[at].kind, request.protocol == Protocol::Ratings));
  }
  if (options.trials > 0) {
    FoldRequest validation_request = request;
    validation_request.part = FoldPart::Validation;
    CINELOOM_TRY_ASSIGN(const Round validation, make_round(table, validation_request));
    for (std::size_t at = 0; at < competitors.size(); ++at) {
      if (competitors[at].kind == nullptr) continue;
      CINELOOM_TRY_ASSIGN(TunedSettings tuned, tune(validation, *competitors[at].kind, options.trials, progress, cancel));
      settings[at] = std::move(tuned.settings);
      if (is_first) competitors[at].figures.validation_value = tuned.value;
    }
  }
  CINELOOM_TRY_ASSIGN(const Round round, make_round(table, request));
  if (is_first) {
    report.facts = round.fold.facts;
    report.warnings.insert(report.warnings.end(), round.fold.warnings.begin(), round.fold.warnings.end());
  }
  for (std::size_t at = 0; at < competitors.size(); ++at) {
    if (is_first) competitors[at].figures.settings = settings[at];
    CINELOOM_TRY(compete(competitors[at], round, settings[at], progress, cancel));
    if (is_first && options.is_learning_curve) CINELOOM_TRY(add_learning_curve(competitors[at], round, settings[at], progress, cancel));
  }
  return {};
}

/// A metric of a competitor, its cases of all seeds summed by user.
UserSums sums_of(const Competitor& competitor, std::size_t metric) {
  std::vector<std::int32_t> users;
  std::vector<double> values;
  for (const Measurement& measured : competitor.by_seed) {
    users.insert(users.end(), measured.users.begin(), measured.users.end());
    values.insert(values.end(), measured.values[metric].begin(), measured.values[metric].end());
  }
  return sum_by_user(users, values, competitor.by_seed.front().metrics[metric].kind == MetricKind::Rmse);
}

double deviation(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

MeasuredValue measured_value(const Competitor& competitor, std::size_t metric, const UserSums& sums, const BootstrapOptions& bootstrap) {
  std::vector<double> totals;
  for (const Measurement& measured : competitor.by_seed) totals.push_back(measured.totals[metric]);
  const double mean = std::accumulate(totals.begin(), totals.end(), 0.0) / static_cast<double>(totals.size());
  MeasuredValue value{.metric = competitor.by_seed.front().metrics[metric].name, .value = mean, .low = mean, .high = mean, .seed_deviation = deviation(totals)};
  if (sums.sums.empty()) return value;
  const Interval interval = bootstrap_interval(sums, bootstrap);
  value.low = interval.low;
  value.high = interval.high;
  return value;
}

/// Pairs of competitors on one metric, Holm-corrected as one family.
std::vector<PairedComparison> compare_all(const std::vector<Competitor>& competitors, const std::vector<UserSums>& sums, const Metric& metric,
                                          const BootstrapOptions& bootstrap) {
  std::vector<PairedComparison> comparisons;
  std::vector<double> p;
  for (std::size_t a = 0; a < competitors.size(); ++a) {
    for (std::size_t b = a + 1; b < competitors.size(); ++b) {
      PairedDifference paired = paired_bootstrap(sums[a], sums[b], bootstrap);
      const bool is_a_better = metric.is_more_better() ? paired.difference >= 0 : paired.difference <= 0;
        // Told as a gain of the better one: for errors that is the fall.
      if (paired.difference < 0)
        paired = {.difference = -paired.difference, .interval = {.low = -paired.interval.high, .high = -paired.interval.low}, .p = paired.p};
      comparisons.push_back({.metric = metric.name,
                             .better = competitors[is_a_better ? a : b].name(),
                             .worse = competitors[is_a_better ? b : a].name(),
                             .difference = paired.difference,
                             .low = paired.interval.low,
                             .high = paired.interval.high,
                             .p = paired.p});
      p.push_back(paired.p);
    }
  }
  const auto corrected = holm(p);
  for (std::size_t at = 0; at < comparisons.size(); ++at) comparisons[at].p_holm = corrected[at];
  return comparisons;
}

void mark_best(std::vector<Competitor>& competitors, std::size_t metric, bool is_more_better, const std::vector<PairedComparison>& comparisons) {
  const auto value_of = [&](const Competitor& competitor) { return (is_more_better ? 1 : -1) * competitor.figures.values[metric].value; };
  const auto best = std::ranges::max_element(competitors, {}, value_of);
  for (Competitor& competitor : competitors) {
    MeasuredValue& value = competitor.figures.values[metric];
    value.is_best = value.value == best->figures.values[metric].value;
    value.is_tied_with_best = !value.is_best && std::ranges::any_of(comparisons, [&](const PairedComparison& comparison) {
      return comparison.better == best->name() && comparison.worse == competitor.name() && comparison.p_holm >= kSignificant;
    });
  }
}

void compare(std::vector<Competitor>& competitors, const EvaluationRunOptions& options, EvaluationRun& run) {
  const std::vector<Metric> metrics = competitors.front().by_seed.front().metrics;
  for (std::size_t metric = 0; metric < metrics.size(); ++metric) {
    const BootstrapOptions bootstrap{.samples = options.bootstrap_samples, .seed = derive_seed(options.seed, "bootstrap")};
    std::vector<UserSums> sums;
    for (Competitor& competitor : competitors) {
      sums.push_back(metrics[metric].is_per_user() ? sums_of(competitor, metric) : UserSums());
      competitor.figures.values.push_back(measured_value(competitor, metric, sums.back(), bootstrap));
    }
    if (!metrics[metric].is_per_user()) continue;
    auto comparisons = compare_all(competitors, sums, metrics[metric], bootstrap);
    mark_best(competitors, metric, metrics[metric].is_more_better(), comparisons);
    run.report.comparisons.insert(run.report.comparisons.end(), comparisons.begin(), comparisons.end());
  }
}

void keep_user_values(const Competitor& competitor, EvaluationRun& run) {
  const Measurement& first = competitor.by_seed.front();
  for (std::size_t metric = 0; metric < first.metrics.size(); ++metric) {
    if (!first.metrics[metric].is_per_user()) continue;
    UserValues kept{.model = competitor.name(), .metric = first.metrics[metric].name};
    for (const Measurement& measured : competitor.by_seed) kept.users.insert(kept.users.end(), measured.users.begin(), measured.users.end());
    const UserSums sums = sums_of(competitor, metric);
    std::ranges::sort(kept.users);
    const auto repeated = std::ranges::unique(kept.users);
    kept.users.erase(repeated.begin(), repeated.end());
    for (std::size_t at = 0; at < sums.sums.size(); ++at) {
      const double mean = sums.sums[at] / sums.counts[at];
      kept.values.push_back(sums.is_root ? std::sqrt(mean) : mean);
    }
    run.by_user.push_back(std::move(kept));
  }
}

void finish_figures(Competitor& competitor, const EventTable& table) {
  const Measurement& first = competitor.by_seed.front();
  const auto seeds = static_cast<double>(competitor.by_seed.size());
  competitor.figures.fit_seconds /= seeds;
  competitor.figures.ask_seconds /= seeds;
  if (first.points.empty()) return;
  competitor.figures.calibration = calibrate(first.points, {.low = table.scale_low, .high = table.scale_high});
  if (first.interval_coverage >= 0) competitor.figures.interval_coverage = first.interval_coverage;
  const std::size_t step = first.points.size() / kMostPoints + 1;
  for (std::size_t at = 0; at < first.points.size(); at += step) competitor.figures.points.push_back(first.points[at]);
}

void warn_of_leaks(const EventTable& table, const EvaluationRunOptions& options, EvaluationReport& report) {
  report.warnings = table.warnings;
  const bool is_random = options.protocol.protocol != Protocol::Next && options.protocol.protocol != Protocol::Temporal;
  if (is_random && !table.has_times) {
    report.warnings.push_back(
        {.english = "there are no times, so nobody can say whether the future leaks into training", .chinese = "没有时间信息，无法判断未来是否泄漏到训练中"});
  } else {
    report.warnings.push_back(options.protocol.warning);
  }
}

void warn_of_few_users(const Competitor& competitor, EvaluationReport& report) {
  constexpr std::size_t kFewUsers = 30;
  std::set<std::int32_t> users;
  for (const Measurement& measured : competitor.by_seed) users.insert(measured.users.begin(), measured.users.end());
  if (users.size() >= kFewUsers) return;
  report.warnings.push_back(
      {.english = fmt::format("only {} users were asked: intervals and p values are rough, take more data, more seeds or another protocol", users.size()),
       .chinese = fmt::format("只询问了 {} 位用户：区间和 p 值很粗略，请用更多数据、更多种子或其他协议", users.size())});
}

}  // namespace

Expected<EvaluationRun> run_evaluation(const EventTable& table, const EvaluationRunOptions& options, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(auto competitors, competitors_of(options));
  EvaluationRun run;
  EvaluationReport& report = run.report;
  report.data = table.name;
  report.sha256 = table.sha256;
  report.protocol = options.protocol.name;
  const bool has_parts = std::ranges::any_of(table.events, [](const TableEvent& event) { return event.part != SplitPart::None; });
  const bool is_parts_used = has_parts && (options.protocol.protocol == Protocol::Strong || options.protocol.protocol == Protocol::Ratings);
  report.protocol_description = options.protocol.description;
  if (is_parts_used && options.protocol.protocol == Protocol::Ratings) {
    report.protocol_description = {.english = "the ratings that the data itself keeps apart for testing; forecasts are kept inside the scale",
                                   .chinese = "数据自带的测试评分；预测值限制在评分范围之内"};
  } else if (is_parts_used) {
    report.protocol_description.english += "; users and events as the data itself splits them";
    report.protocol_description.chinese += "；用户与事件采用数据自带的划分";
  }
  report.main_metric = options.protocol.main_metric;
  report.bootstrap_samples = options.bootstrap_samples;
  warn_of_leaks(table, options, report);
  for (int round = 0; round < options.seeds; ++round) {
    CINELOOM_TRY(run_seed(table, options, options.seed + static_cast<Seed>(round), competitors, report, progress, cancel));
  }
  warn_of_few_users(competitors.front(), report);
  progress.begin("comparing");
  compare(competitors, options, run);
  const bool is_more_better = competitors.front().by_seed.front().metrics.front().is_more_better();
  std::ranges::stable_sort(competitors, std::greater(),
                           [&](const Competitor& competitor) { return (is_more_better ? 1 : -1) * competitor.figures.values.front().value; });
  for (Competitor& competitor : competitors) {
    finish_figures(competitor, table);
    keep_user_values(competitor, run);
    report.models.push_back(std::move(competitor.figures));
  }
  progress.finish();
  return run;
}

Expected<std::vector<Suggestion>> suggest(const EventTable& table, const std::string& model, std::int32_t user, std::size_t count, Progress& progress,
                                          const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const ModelKind* kind, find_model_kind(model));
  if (!kind->fit_scorer)
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("the model '{}' forecasts ratings and does not rank", model))
                               .advise("take a model that ranks, such as item-knn"));
  const PreparedEvents prepared = prepare_events(table, WantedEvents::Positive, 0, 0, Seed{1});
  std::vector<Interaction> events;
  std::vector<std::uint8_t> is_known(prepared.item_of.size(), 0);
  std::vector<HistoryEntry> history;
  for (const TableEvent& event : prepared.events) events.push_back(event_of(event));
  CINELOOM_TRY_ASSIGN(const Interactions train, Interactions::from(events, prepared.users(), prepared.items()));
  const auto place = std::ranges::lower_bound(prepared.user_of, user) - prepared.user_of.begin();
  if (place < prepared.users() && prepared.user_of[static_cast<std::size_t>(place)] == user) {
    const auto known = train.history(static_cast<std::int32_t>(place));
    history.assign(known.begin(), known.end());
  }
  // What the user rated low is known too, though it is no sign of taste.
  std::vector<std::uint8_t> is_touched(table.items.size(), 0);
  for (const TableEvent& event : table.events) {
    if (event.user == user) is_touched[static_cast<std::size_t>(event.item)] = 1;
  }
  for (std::size_t item = 0; item < is_known.size(); ++item) is_known[item] = is_touched[static_cast<std::size_t>(prepared.item_of[item])];
  FeatureLists features;
  for (const std::int32_t item : prepared.item_of) {
    if (!table.features.empty()) features.push_back(table.features[static_cast<std::size_t>(item)]);
  }
  const FitRequest request{.train = train,
                           .features = features,
                           .feature_count = static_cast<std::int32_t>(table.feature_names.size()),
                           .feature_names = table.feature_names,
                           .settings = default_settings(kind->tunables)};
  CINELOOM_TRY_ASSIGN(const auto scorer, kind->fit_scorer(request, progress, cancel));
  std::vector<float> scores(static_cast<std::size_t>(scorer->items()));
  scorer->score(history, scores);
  std::vector<Suggestion> suggestions;
  for (const std::int32_t item : best_items(scores, is_known, count)) {
    suggestions.push_back({.item = prepared.item_of[static_cast<std::size_t>(item)], .score = scores[static_cast<std::size_t>(item)]});
  }
  progress.finish();
  return suggestions;
}

}  // namespace cineloom
