#include "recommend/evaluation.h"

#include <cmath>
#include <unordered_map>

namespace cineloom {
namespace {

constexpr double kShrinkage = 5;  // ratings of prior weight in a baseline bias

/// Mean plus shrunk film and viewer biases.
class Baseline {
 public:
  explicit Baseline(std::span<const Event> events) {
    for (const Event& event : events) mean_ += *event.value / static_cast<double>(events.size());
    for (const Event& event : events) add(films_[event.film], *event.value - mean_);
    for (const Event& event : events) add(viewers_[event.viewer], *event.value - mean_ - bias(films_, event.film));
  }
  [[nodiscard]] double predict(const Event& event) const { return mean_ + bias(films_, event.film) + bias(viewers_, event.viewer); }

 private:
  struct Sum {
    double total = 0;
    double count = 0;
  };
  static void add(Sum& sum, double value) {
    sum.total += value;
    ++sum.count;
  }
  template <class Key>
  static double bias(const std::unordered_map<Key, Sum>& sums, Key key) {
    const auto found = sums.find(key);
    return found == sums.end() ? 0 : found->second.total / (found->second.count + kShrinkage);
  }

  double mean_ = 0;
  std::unordered_map<FilmId, Sum> films_;
  std::unordered_map<ViewerId, Sum> viewers_;
};

}  // namespace

Expected<RatingEvaluation> evaluate_ratings(std::span<const Film> films, std::span<const Event> events, const EvaluationOptions& options, Progress& progress,
                                            const CancelToken& cancel) {
  std::vector<Event> known;
  std::vector<Event> held_out;
  Random random(derive_seed(options.seed, "split"));
  for (const Event& event : events) {
    if (event.kind != EventKind::Rate || !event.value) continue;
    (random.uniform() < options.test_share ? held_out : known).push_back(event);
  }
  if (known.empty() || held_out.empty()) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are too few ratings to hold some back").advise("import ratings first"));
  }
  CINELOOM_TRY_ASSIGN(const Recommender recommender, Recommender::train(films, known, options.train, progress, cancel));
  const Baseline baseline(known);
  std::unordered_map<ViewerId, std::vector<Event>> by_viewer;
  for (const Event& event : known) by_viewer[event.viewer].push_back(event);

  RatingEvaluation evaluation{.trained_on = static_cast<int>(known.size()), .tested_on = static_cast<int>(held_out.size())};
  double baseline_squares = 0;
  for (const Event& event : held_out) {
    const double predicted = recommender.predict(by_viewer[event.viewer], event.film).value_or(baseline.predict(event));
    evaluation.points.push_back({.actual = *event.value, .predicted = predicted});
    evaluation.mse += (predicted - *event.value) * (predicted - *event.value) / static_cast<double>(held_out.size());
    baseline_squares += (baseline.predict(event) - *event.value) * (baseline.predict(event) - *event.value);
  }
  evaluation.rmse = std::sqrt(evaluation.mse);
  evaluation.baseline_rmse = std::sqrt(baseline_squares / static_cast<double>(held_out.size()));
  return evaluation;
}

}  // namespace cineloom
