#include "recommend/internal/model_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/internal/taste.h"

namespace cineloom {
namespace {

constexpr std::size_t kDepth = 20;
constexpr std::size_t kLeastViewers = 20;        // whose unseen likes make a fair comparison
constexpr double kClearErrors = 3;       // standard errors by which a worse model must lie below
constexpr double kTellingShare = 0.95;   // of the last model's quality; a smaller loss is not worth a refusal
constexpr double kBrokenShare = 0.5;     // the same where the likes are others

bool are_finite(std::span<const double> scores) {
  return std::ranges::all_of(scores, [](double score) { return std::isfinite(score); });
}

/// Per probe: the NDCG of these hidden films; -1 where a score is no number, which no sound model gives.
double ndcg_of(const TasteModels& models, const Past& past, std::span<const std::int32_t> hidden) {
  const std::vector<double> scores = Taste(models, past).scores();
  if (!are_finite(scores)) return -1;
  std::vector<std::uint8_t> is_left_out(scores.size(), 0);
  for (const std::int32_t item : past.seen) is_left_out[static_cast<std::size_t>(item)] = 1;
  for (const std::int32_t item : hidden) is_left_out[static_cast<std::size_t>(item)] = 0;
  const std::vector<float> ranked(scores.begin(), scores.end());
  return ndcg_at(best_items(ranked, is_left_out, kDepth), hidden, kDepth);
}

RankingQuality mean_of(std::span<const double> values) {
  RankingQuality quality{.ndcg = 0, .viewers = static_cast<int>(values.size())};
  for (const double value : values) quality.ndcg += value / static_cast<double>(values.size());
  if (std::ranges::any_of(values, [](double value) { return value < 0; })) quality.ndcg = -1;
  return quality;
}

double standard_error(std::span<const double> now, std::span<const double> before) {
  const auto count = static_cast<double>(now.size());
  double mean = 0;
  for (std::size_t i = 0; i < now.size(); ++i) mean += (now[i] - before[i]) / count;
  double squares = 0;
  for (std::size_t i = 0; i < now.size(); ++i) squares += std::pow(now[i] - before[i] - mean, 2);
  return now.size() < 2 ? 0 : std::sqrt(squares / (count - 1) / count);
}

/// Hidden likes of a probe that came after a time.
std::vector<std::int32_t> later(const Probe& probe, Timestamp than) {
  std::vector<std::int32_t> items;
  for (std::size_t i = 0; i < probe.hidden.size(); ++i) {
    if (probe.at[i] > than) items.push_back(probe.hidden[i]);
  }
  return items;
}

}  // namespace

bool ModelComparison::is_worse() const {
  if (now.ndcg < 0) return true;
  if (before.ndcg < 0) return false;
  if (!are_the_same) return now.ndcg < kBrokenShare * before.ndcg;
  return before.ndcg - now.ndcg > kClearErrors * error && now.ndcg < kTellingShare * before.ndcg;
}

RankingQuality ranking_quality(const TasteModels& models, const ProbeSplit& split) {
  std::vector<double> values;
  for (const Probe& probe : split.probes) values.push_back(ndcg_of(models, split.known[probe.viewer], probe.hidden));
  return mean_of(values);
}

ModelComparison compare(const TasteModels& now, const LastModel& last, const ProbeSplit& split) {
  std::vector<double> ours;
  std::vector<double> theirs;
  for (const Probe& probe : split.probes) {
    const std::vector<std::int32_t> hidden = later(probe, last.trained_at);
    if (hidden.empty()) continue;
    ours.push_back(ndcg_of(now, split.known[probe.viewer], hidden));
    theirs.push_back(ndcg_of(*last.models, split.known[probe.viewer], hidden));
  }
  if (ours.size() < kLeastViewers) return {.now = ranking_quality(now, split), .before = last.quality};
  return {.now = mean_of(ours), .before = mean_of(theirs), .error = standard_error(ours, theirs), .are_the_same = true};
}

Expected<void> require_not_worse(const ModelComparison& comparison, WorseModel worse) {
  if (worse == WorseModel::Take || !comparison.is_worse()) return {};
  return std::unexpected(Error(ErrorCode::Conflict, fmt::format("the new model ranks worse than the last one: NDCG@20 {:.4f} against {:.4f} on what {} viewers "
                                                                "went on to like",
                                                                comparison.now.ndcg, comparison.before.ndcg, comparison.now.viewers))
                             .advise("the last model goes on answering; to take the new one all the same: cineloom train --anyway"));
}

Expected<void> require_finite(const TasteModels& models) {
  if (are_finite(Taste(models, Past()).scores())) return {};
  return std::unexpected(Error(ErrorCode::Internal, "the new model gives scores that are no numbers").advise("the last model goes on answering; report this"));
}

}  // namespace cineloom
