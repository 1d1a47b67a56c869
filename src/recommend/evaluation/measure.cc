#include "recommend/evaluation/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>

#include "base/thread_pool.h"
#include "recommend/evaluation/ranking_metrics.h"

namespace cineloom {
namespace {

constexpr std::size_t kCasesPerStep = 512;
constexpr double kInterval80 = 1.2815515655446004;  // standard normal, 90 % quantile
constexpr int kBins = 10;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

double value_of(const Metric& metric, std::span<const std::int32_t> ranked, const RankingCase& question, const ListContext& context) {
  const auto k = static_cast<std::size_t>(metric.k);
  const auto list = ranked.first(std::min(k, ranked.size()));
  switch (metric.kind) {
    case MetricKind::Recall: return recall_at(ranked, question.hidden, k);
    case MetricKind::FullRecall: return full_recall_at(ranked, question.hidden, k);
    case MetricKind::Ndcg: return ndcg_at(ranked, question.hidden, k);
    case MetricKind::HitRate: return full_recall_at(ranked, question.hidden, k) > 0 ? 1 : 0;
    case MetricKind::Mrr: return reciprocal_rank(list, question.hidden);
    case MetricKind::Novelty: return novelty(list, context);
    case MetricKind::Diversity: return diversity(list, context);
    case MetricKind::CalibrationKl: return calibration_kl(question.history, list, context);
    case MetricKind::TopShare: return top_share(list, context);
    default: return 0;  // metrics of all lists together and of stars are not asked per list
  }
}

bool is_finite(std::span<const float> scores) {
  return std::ranges::all_of(scores, [](float score) { return std::isfinite(score); });
}

/// One thread's memory for one list after the other.
struct Desk {
  std::vector<float> scores;
  std::vector<std::uint8_t> is_left_out;
};

/// The best candidates of one case, known items left out; empty if a score is not finite.
std::vector<std::int32_t> rank(const Fold& fold, const ScoreCase& score, const RankingCase& question, std::size_t longest, Desk& desk) {
  score(question, desk.scores);
  if (!is_finite(desk.scores)) return {};
  for (std::size_t item = 0; item < desk.is_left_out.size(); ++item) {
    desk.is_left_out[item] = !fold.is_candidate.empty() && fold.is_candidate[item] == 0 ? 1 : 0;
  }
  for (const HistoryEntry& entry : question.history) desk.is_left_out[static_cast<std::size_t>(entry.item)] = 1;
  return best_items(desk.scores, desk.is_left_out, longest);
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double total_of(const Metric& metric, const std::vector<double>& values, std::span<const std::int64_t> shown, const Fold& fold) {
  if (metric.kind == MetricKind::Coverage) return coverage(shown, fold.is_candidate);
  if (metric.kind == MetricKind::Gini) return gini(shown, fold.is_candidate);
  return metric.kind == MetricKind::Rmse ? std::sqrt(mean_of(values)) : mean_of(values);
}

std::size_t list_length(std::span<const Metric> metrics, bool is_per_user) {
  int longest = 0;
  for (const Metric& metric : metrics) {
    if (is_per_user || !metric.is_per_user()) longest = std::max(longest, metric.k);
  }
  return static_cast<std::size_t>(longest);
}

/// Places of held-out ratings, by user.
std::vector<std::vector<std::size_t>> held_out_by_user(const Fold& fold) {
  std::vector<std::vector<std::size_t>> groups(fold.user_of.size());
  for (std::size_t at = 0; at < fold.held_out.size(); ++at) groups[static_cast<std::size_t>(fold.held_out[at].user)].push_back(at);
  std::erase_if(groups, [](const auto& group) { return group.empty(); });
  return groups;
}

}  // namespace

Expected<Measurement> measure_ranking(const Fold& fold, const ScoreCase& score, std::span<const Metric> metrics, const ListContext& context, Progress& progress,
                                      const CancelToken& cancel) {
  Measurement measured{.metrics = {metrics.begin(), metrics.end()}, .values = std::vector<std::vector<double>>(metrics.size())};
  const auto items = static_cast<std::size_t>(fold.train.items());
  const std::size_t longest = list_length(metrics, true);
  const std::size_t shown_length = list_length(metrics, false);
  std::vector<std::int64_t> shown(items, 0);
  std::vector<std::vector<std::int32_t>> lists(kCasesPerStep);
  std::atomic<bool> is_broken = false;
  for (std::size_t metric = 0; metric < metrics.size(); ++metric) {
    if (metrics[metric].is_per_user()) measured.values[metric].resize(fold.cases.size());
  }
  progress.begin("asking", static_cast<std::int64_t>(fold.cases.size()), "users");
  const auto began = Clock::now();
  for (std::size_t first = 0; first < fold.cases.size(); first += kCasesPerStep) {
    CINELOOM_TRY(cancel.check());
    const std::size_t count = std::min(kCasesPerStep, fold.cases.size() - first);
    parallel_for(count, [&](std::size_t begin, std::size_t end) {
      Desk desk{.scores = std::vector<float>(items), .is_left_out = std::vector<std::uint8_t>(items, 0)};
      for (std::size_t at = begin; at < end && !is_broken && !cancel.is_cancelled(); ++at) {
        const RankingCase& question = fold.cases[first + at];
        lists[at] = rank(fold, score, question, longest, desk);
        if (!is_finite(desk.scores)) is_broken = true;
        for (std::size_t metric = 0; metric < metrics.size(); ++metric) {
          if (metrics[metric].is_per_user()) measured.values[metric][first + at] = value_of(metrics[metric], lists[at], question, context);
        }
      }
    });
    if (is_broken) return fail(ErrorCode::InvalidArgument, "the model gave a score that is not finite");
    for (std::size_t at = 0; at < count; ++at) {
      for (const std::int32_t item : std::span(lists[at]).first(std::min(shown_length, lists[at].size()))) ++shown[static_cast<std::size_t>(item)];
    }
    progress.set(static_cast<std::int64_t>(first + count));
  }
  CINELOOM_TRY(cancel.check());
  measured.seconds = seconds_since(began);
  for (std::size_t metric = 0; metric < metrics.size(); ++metric) measured.totals.push_back(total_of(metrics[metric], measured.values[metric], shown, fold));
  for (const RankingCase& question : fold.cases) measured.users.push_back(question.user);
  return measured;
}

Expected<Measurement> measure_ratings(const Fold& fold, const ForecastRatings& forecast, std::span<const Metric> metrics, const StarScale& scale,
                                      Progress& progress, const CancelToken& cancel) {
  Measurement measured{.metrics = {metrics.begin(), metrics.end()}, .values = std::vector<std::vector<double>>(metrics.size())};
  const std::size_t count = fold.held_out.size();
  measured.points.resize(count);
  std::vector<double> deviations(count, 0);
  const auto groups = held_out_by_user(fold);
  progress.begin("forecasting", static_cast<std::int64_t>(groups.size()), "users");
  const auto began = Clock::now();
  for (std::size_t first = 0; first < groups.size(); first += kCasesPerStep) {
    CINELOOM_TRY(cancel.check());
    const std::size_t size = std::min(kCasesPerStep, groups.size() - first);
    parallel_for(size, [&](std::size_t begin, std::size_t end) {
      std::vector<std::int32_t> items;
      std::vector<RatingForecast> given;
      for (std::size_t group = first + begin; group < first + end && !cancel.is_cancelled(); ++group) {
        items.clear();
        for (const std::size_t at : groups[group]) items.push_back(fold.held_out[at].item);
        given.assign(items.size(), {});
        forecast(fold.held_out[groups[group].front()].user, items, given);
        for (std::size_t i = 0; i < items.size(); ++i) {
          const std::size_t at = groups[group][i];
          measured.points[at] = {.actual = static_cast<double>(fold.held_out[at].value), .predicted = given[i].stars};
          deviations[at] = given[i].deviation;
        }
      }
    });
    progress.set(static_cast<std::int64_t>(first + size));
  }
  CINELOOM_TRY(cancel.check());
  measured.seconds = seconds_since(began);
  std::size_t inside = 0;
  for (std::size_t at = 0; at < count; ++at) {
    RatedPrediction& point = measured.points[at];
    if (!std::isfinite(point.predicted)) return fail(ErrorCode::InvalidArgument, "the model gave a forecast that is not finite");
    if (std::abs(point.actual - point.predicted) <= kInterval80 * deviations[at]) ++inside;
    point.predicted = std::clamp(point.predicted, scale.low, scale.high);
    measured.users.push_back(fold.user_of[static_cast<std::size_t>(fold.held_out[at].user)]);
    for (std::size_t metric = 0; metric < metrics.size(); ++metric) {
      const double error = std::abs(point.actual - point.predicted);
      measured.values[metric].push_back(metrics[metric].kind == MetricKind::Mae ? error : error * error);
    }
  }
  if (std::ranges::all_of(deviations, [](double deviation) { return deviation > 0; }))
    measured.interval_coverage = static_cast<double>(inside) / static_cast<double>(count);
  for (std::size_t metric = 0; metric < metrics.size(); ++metric) measured.totals.push_back(total_of(metrics[metric], measured.values[metric], {}, fold));
  return measured;
}

std::vector<CalibrationBin> calibrate(std::span<const RatedPrediction> points, const StarScale& scale) {
  std::vector<CalibrationBin> bins(kBins);
  const double width = std::max(scale.high - scale.low, 1e-9) / kBins;
  for (const RatedPrediction& point : points) {
    CalibrationBin& bin = bins[static_cast<std::size_t>(std::clamp(static_cast<int>((point.predicted - scale.low) / width), 0, kBins - 1))];
    bin.predicted += point.predicted;
    bin.actual += point.actual;
    ++bin.count;
  }
  std::erase_if(bins, [](const CalibrationBin& bin) { return bin.count == 0; });
  for (CalibrationBin& bin : bins) {
    bin.predicted /= bin.count;
    bin.actual /= bin.count;
  }
  return bins;
}

}  // namespace cineloom
