#include "recommend/models/cold_items_tuning.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/thread_pool.h"
#include "math/blas.h"
#include "recommend/evaluation/ranking_metrics.h"

namespace cineloom {
namespace {

constexpr std::size_t kParts = 4;       // one of so many parts of the items is hidden at a time
constexpr std::size_t kTriedParts = 2;  // of them so many are tried
constexpr std::size_t kListLength = 20;
constexpr double kLeastNdcgGain = 0.0005;   // smaller steps are noise of the users drawn
constexpr double kLeastErrorGain = 0.0005;  // share of the error

/// One part of the items hidden.
struct Trial {
  std::vector<std::size_t> known;                     ///< places in the sample
  std::vector<std::size_t> hidden;
  Matrix users;                                       ///< [users, k], folded in without the hidden
  std::vector<std::vector<std::int32_t>> liked;       ///< by user: places in `hidden`, sorted
};

struct Sample {
  std::vector<std::size_t> places;  ///< in WarmItems
  std::vector<float> counts;
  std::vector<float> log_counts;
  Matrix factors;
  std::vector<Trial> trials;
};

template <class T>
void shuffle(std::span<T> values, Random& random) {
  for (std::size_t left = values.size(); left > 1; --left) std::swap(values[left - 1], values[random.below(left)]);
}

void add_users(const ColdItemsLesson& lesson, const WarmItems& warm, const Sample& sample, const ColdItemsOptions& options, Random& random, Trial& trial) {
  std::vector<std::int32_t> hidden_place(static_cast<std::size_t>(lesson.seen.column_count), -1);
  for (std::size_t at = 0; at < trial.hidden.size(); ++at) {
    hidden_place[static_cast<std::size_t>(warm.items[sample.places[trial.hidden[at]]])] = static_cast<std::int32_t>(at);
  }
  std::vector<std::int32_t> order(static_cast<std::size_t>(lesson.seen.row_count()));
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order), random);
  std::vector<std::vector<float>> rows;
  for (const std::int32_t user : order) {
    if (rows.size() >= static_cast<std::size_t>(options.tuning_users)) break;
    std::vector<HistoryEntry> history;
    std::vector<std::int32_t> liked;
    for (const std::int32_t item : lesson.seen.row_columns(user)) {
      const std::int32_t place = hidden_place[static_cast<std::size_t>(item)];
      if (place >= 0) liked.push_back(place);
      else history.push_back({.item = item});
    }
    if (liked.empty() || history.empty()) continue;
    std::ranges::sort(liked);
    rows.push_back(lesson.backbone.fold_in(history));
    trial.liked.push_back(std::move(liked));
  }
  trial.users = Matrix(rows.size(), lesson.backbone.items().columns());
  for (std::size_t user = 0; user < rows.size(); ++user) std::ranges::copy(rows[user], trial.users.row(user).begin());
}

Sample draw_sample(const ColdItemsLesson& lesson, const WarmItems& warm, const ColdItemsOptions& options) {
  Sample sample;
  Random random(derive_seed(options.seed, "hidden items"));
  sample.places.resize(warm.items.size());
  std::iota(sample.places.begin(), sample.places.end(), std::size_t{0});
  shuffle(std::span(sample.places), random);
  sample.places.resize(std::min(sample.places.size(), static_cast<std::size_t>(options.tuning_items)));
  sample.factors = Matrix(sample.places.size(), warm.factors.columns());
  for (std::size_t at = 0; at < sample.places.size(); ++at) {
    sample.counts.push_back(warm.counts[sample.places[at]]);
    sample.log_counts.push_back(std::log1p(sample.counts.back()));
    std::ranges::copy(warm.factors.row(sample.places[at]), sample.factors.row(at).begin());
  }
  for (std::size_t part = 0; part < kTriedParts; ++part) {
    Trial& trial = sample.trials.emplace_back();
    for (std::size_t at = 0; at < sample.places.size(); ++at) (at % kParts == part ? trial.hidden : trial.known).push_back(at);
    add_users(lesson, warm, sample, options, random, trial);
  }
  return sample;
}

SparseMatrix rows_of(const SparseMatrix& rows, std::span<const std::size_t> places) {
  SparseMatrix chosen{.column_count = rows.column_count};
  for (const std::size_t place : places) {
    const auto row = static_cast<std::int32_t>(place);
    chosen.columns.insert(chosen.columns.end(), rows.row_columns(row).begin(), rows.row_columns(row).end());
    chosen.values.insert(chosen.values.end(), rows.row_values(row).begin(), rows.row_values(row).end());
    chosen.begins.push_back(chosen.columns.size());
  }
  return chosen;
}

Matrix part_of(const Matrix& whole, std::span<const std::size_t> rows, std::span<const std::size_t> columns) {
  Matrix part(rows.size(), columns.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < columns.size(); ++column) part.at(row, column) = whole.at(rows[row], columns[column]);
  }
  return part;
}

std::vector<float> at_places(std::span<const float> values, std::span<const std::size_t> places) {
  std::vector<float> chosen;
  for (const std::size_t place : places) chosen.push_back(values[place]);
  return chosen;
}

class Tuning {
 public:
  Tuning(Sample sample, GroupKernels kernels, const ColdItemsOptions& options, const CancelToken& cancel)
      : sample_(std::move(sample)), kernels_(std::move(kernels)), options_(options), cancel_(cancel) {}

  /// Mean squared error of log(1 + events) over the hidden items, over their variance. Keeps the predictions.
  Expected<double> popularity_error(const ColdSettings& settings) {
    const Matrix kernel = kernels_.mix(settings.popularity_weights);
    predicted_.clear();
    double error = 0;
    double variance = 0;
    for (const Trial& trial : sample_.trials) {
      const std::vector<float> known = at_places(sample_.log_counts, trial.known);
      Matrix targets(known.size(), 1);
      std::ranges::copy(known, targets.values().begin());
      const std::vector<float> even(known.size(), settings.popularity_ridge);
      CINELOOM_TRY_ASSIGN(const Matrix forecast, predict(kernel, trial, even, targets));
      const std::vector<float> truth = at_places(sample_.log_counts, trial.hidden);
      const double mean = std::accumulate(truth.begin(), truth.end(), 0.0) / static_cast<double>(truth.size());
      for (std::size_t at = 0; at < truth.size(); ++at) {
        error += std::pow(static_cast<double>(truth[at] - forecast.at(at, 0)), 2);
        variance += std::pow(static_cast<double>(truth[at]) - mean, 2);
      }
      predicted_.emplace_back(forecast.values().begin(), forecast.values().end());
      standardize_list(predicted_.back());
    }
    return variance > 0 ? error / variance : 1;
  }

  /// NDCG@20 of the hidden items with the popularity last predicted; tries several g and keeps the best in `settings`.
  Expected<double> ndcg(ColdSettings& settings) {
    const Matrix kernel = kernels_.mix(settings.taste_weights);
    std::array<double, kPopularityWeights.size()> sums{};
    for (std::size_t part = 0; part < sample_.trials.size(); ++part) {
      const Trial& trial = sample_.trials[part];
      CINELOOM_TRY_ASSIGN(const Matrix factors,
                          predict(kernel, trial, ridges_of(at_places(sample_.counts, trial.known), settings.taste_ridge), taste_targets(trial)));
      Matrix scores(trial.users.rows(), factors.rows());
      multiply(1, trial.users, Transpose::No, factors, Transpose::Yes, 0, scores);
      for (std::size_t user = 0; user < scores.rows(); ++user) standardize_list(scores.row(user));
      for (std::size_t tried = 0; tried < sums.size(); ++tried) sums[tried] += mean_ndcg(scores, trial, predicted_[part], kPopularityWeights[tried]);
    }
    const auto best = std::ranges::max_element(sums);
    settings.popularity_weight = kPopularityWeights[static_cast<std::size_t>(best - sums.begin())];
    return *best / static_cast<double>(sample_.trials.size());
  }

 private:
  static constexpr std::array kPopularityWeights{0.0F, 0.15F, 0.3F, 0.45F, 0.6F, 0.8F};

  [[nodiscard]] Matrix taste_targets(const Trial& trial) const {
    Matrix targets(trial.known.size(), sample_.factors.columns());
    for (std::size_t row = 0; row < trial.known.size(); ++row) std::ranges::copy(sample_.factors.row(trial.known[row]), targets.row(row).begin());
    return targets;
  }

  /// What the known items foretell for the hidden ones.
  [[nodiscard]] Expected<Matrix> predict(const Matrix& kernel, const Trial& trial, std::span<const float> ridges, const Matrix& targets) const {
    CINELOOM_TRY_ASSIGN(const KernelSolution solution,
                        solve_kernel_ridge(part_of(kernel, trial.known, trial.known), ridges, targets, options_.threads, cancel_));
    const Matrix across = part_of(kernel, trial.hidden, trial.known);
    Matrix forecast(trial.hidden.size(), targets.columns());
    for (std::size_t row = 0; row < forecast.rows(); ++row) std::ranges::copy(solution.mean, forecast.row(row).begin());
    multiply(1, across, Transpose::No, solution.alpha, Transpose::No, 1, forecast);
    return forecast;
  }

  [[nodiscard]] double mean_ndcg(const Matrix& scores, const Trial& trial, std::span<const float> popularity, float weight) const {
    std::vector<double> values(scores.rows(), 0);
    parallel_for(
        values.size(),
        [&](std::size_t begin, std::size_t end) {
          std::vector<float> sum(scores.columns());
          for (std::size_t user = begin; user < end; ++user) {
            std::ranges::transform(scores.row(user), popularity, sum.begin(), [weight](float score, float popular) { return score + weight * popular; });
            values[user] = ndcg_at(best_items(sum, {}, kListLength), trial.liked[user], kListLength);
          }
        },
        options_.threads);
    return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  }

  Sample sample_;
  GroupKernels kernels_;
  ColdItemsOptions options_;
  CancelToken cancel_;
  std::vector<std::vector<float>> predicted_;  ///< popularity of the hidden items, by trial
};

/// Every setting that is tried in turn: a group's weight, or the ridge.
using Judge = std::function<Expected<double>(ColdSettings&)>;

/// Takes `candidate` if it is better by `least`. Higher is better.
Expected<void> try_out(ColdSettings candidate, const Judge& judge, double least, ColdSettings& best, double& best_value) {
  CINELOOM_TRY_ASSIGN(const double value, judge(candidate));
  if (value <= best_value + least) return {};
  best = std::move(candidate);
  best_value = value;
  return {};
}

struct Search {
  std::vector<float> ColdSettings::* weights;
  float ColdSettings::* ridge;
  double least;
  int passes;
};

Expected<double> climb(const Search& search, const Judge& judge, ColdSettings& best, Progress& progress) {
  CINELOOM_TRY_ASSIGN(double value, judge(best));
  for (int pass = 0; pass < search.passes; ++pass) {
    const double before = value;
    for (const float factor : {0.4F, 2.5F}) {
      ColdSettings candidate = best;
      candidate.*search.ridge *= factor;
      CINELOOM_TRY(try_out(candidate, judge, search.least, best, value));
    }
    for (std::size_t group = 0; group < (best.*search.weights).size(); ++group) {
      const float weight = (best.*search.weights)[group];
      for (const float tried : {0.0F, weight > 0 ? weight * 0.4F : 0.3F, weight > 0 ? weight * 2.5F : 1.0F}) {
        if (tried == (best.*search.weights)[group]) continue;
        ColdSettings candidate = best;
        (candidate.*search.weights)[group] = tried;
        CINELOOM_TRY(try_out(candidate, judge, search.least, best, value));
      }
      progress.advance();
    }
    if (value - before < search.least) break;
  }
  return value;
}

}  // namespace

void standardize_list(std::span<float> values) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  const double mean = sum / static_cast<double>(values.size());
  const double variance = squares / static_cast<double>(values.size()) - mean * mean;
  const double scale = variance > 1e-12 * (mean * mean + 1e-30) ? 1 / std::sqrt(variance) : 0;
  for (float& value : values) value = static_cast<float>((static_cast<double>(value) - mean) * scale);
}

Expected<ColdSettings> tune_cold_items(const ColdItemsLesson& lesson, const WarmItems& warm, ColdSettings settings, const ColdItemsOptions& options,
                                       Progress& progress, const CancelToken& cancel) {
  const std::size_t groups = settings.taste_weights.size();
  progress.begin("weighing features", static_cast<std::int64_t>(2 * groups) * options.passes, "trials");
  Sample sample = draw_sample(lesson, warm, options);
  GroupKernels kernels(rows_of(warm.rows, sample.places), warm.group_of, groups);
  Tuning tuning(std::move(sample), std::move(kernels), options, cancel);
  const Judge popularity = [&](ColdSettings& tried) -> Expected<double> {
    CINELOOM_TRY_ASSIGN(const double error, tuning.popularity_error(tried));
    return -error;
  };
  const Judge taste = [&](ColdSettings& tried) { return tuning.ndcg(tried); };
  CINELOOM_TRY(
      climb({.weights = &ColdSettings::popularity_weights, .ridge = &ColdSettings::popularity_ridge, .least = kLeastErrorGain, .passes = options.passes},
            popularity, settings, progress));
  CINELOOM_TRY(popularity(settings));  // leaves the predictions of the settings chosen
  CINELOOM_TRY_ASSIGN(settings.ndcg,
                      climb({.weights = &ColdSettings::taste_weights, .ridge = &ColdSettings::taste_ridge, .least = kLeastNdcgGain, .passes = options.passes},
                            taste, settings, progress));
  progress.finish();
  return settings;
}

}  // namespace cineloom
