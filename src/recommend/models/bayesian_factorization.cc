#include "recommend/models/bayesian_factorization.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recommend/models/rating_sampler.h"

namespace cineloom {
namespace {

constexpr int kMostFactors = 256;
constexpr int kMostSamples = 64;
constexpr std::size_t kMostSampleBytes = 256U << 20U;
/// Of how many ratings one is held out to measure intervals, and how many at most.
constexpr std::int32_t kHeldOutShare = 10;
constexpr std::size_t kMostHeldOut = 20000;
constexpr std::size_t kLeastHeldOut = 50;
/// 80 % of a normal distribution lie within so many deviations.
constexpr double kEightyPercent = 1.2815515655446004;

/// Options with nothing left to choose.
struct Plan {
  int factors = 0;
  int burn_in = 0;
  int sweeps = 0;
  int samples = 0;
};

Expected<Plan> plan_for(const Interactions& ratings, const BayesianFactorizationOptions& options) {
  if (ratings.size() == 0) {
    return std::unexpected(Error(ErrorCode::InvalidArgument, "there are no ratings to learn from").advise("import or give ratings first"));
  }
  if (options.factors < 0 || options.factors > kMostFactors) return fail(ErrorCode::InvalidArgument, "factors must be 0 to 256");
  if (options.samples < 0 || options.samples > kMostSamples) return fail(ErrorCode::InvalidArgument, "samples must be 0 to 64");
  if (options.widening && !(std::isfinite(*options.widening) && *options.widening > 0)) return fail(ErrorCode::InvalidArgument, "widening must be positive");
  if (options.burn_in < 0 || options.sweeps < 0) return fail(ErrorCode::InvalidArgument, "sweeps must not be negative");
  // Work is ratings times factors times sweeps; about 2e8 a second on one core. Large collections
  // take fewer sweeps: they need fewer.
  constexpr double kWork = 2e10;
  constexpr double kDefaultSamples = 16;
  Plan plan{.factors = options.factors > 0 ? options.factors : automatic_rating_factors(ratings.size())};
  const double affordable = kWork / (static_cast<double>(ratings.size()) * (plan.factors + 1));
  plan.burn_in = options.burn_in > 0 ? options.burn_in : static_cast<int>(std::clamp(affordable / 4, 16.0, 40.0));
  plan.sweeps = options.sweeps > 0 ? options.sweeps : static_cast<int>(std::clamp(affordable, 32.0, 160.0));
  const double bytes = static_cast<double>(ratings.items()) * (plan.factors + 1) * 2 * sizeof(float);
  const double fitting = std::clamp(static_cast<double>(kMostSampleBytes) / std::max(bytes, 1.0), 1.0, kDefaultSamples);
  plan.samples = std::min(options.samples > 0 ? options.samples : static_cast<int>(fitting), plan.sweeps);
  return plan;
}

RatingSample sample_of(const RatingSampler& sampler) {
  const RatingWeights& users = sampler.users().rows;
  const RatingWeights& implicit = sampler.users().features[0];
  RatingSample sample{.mean = sampler.mean(), .noise_precision = sampler.noise_precision(), .prior_means = users.means, .prior_precisions = users.precisions};
  for (const double precision : sampler.items().rows.precisions) sample.item_spread.push_back(1 / precision);
  sample.items = sampler.item_totals();
  sample.implicit = Matrix(implicit.values.columns(), implicit.values.rows());
  for (std::size_t item = 0; item < sample.implicit.rows(); ++item) {
    for (std::size_t factor = 0; factor < sample.implicit.columns(); ++factor) sample.implicit.at(item, factor) = implicit.values.at(factor, item);
  }
  return sample;
}

Expected<std::vector<RatingSample>> draw_samples(const Interactions& ratings, const Plan& plan, const BayesianFactorizationOptions& options, Progress& progress,
                                                 const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const RatingDesign design, design_ratings(ratings, {}, {.item_features = options.item_features}));
  RatingSampler sampler(design, {.factors = plan.factors, .threads = options.threads, .seed = options.seed});
  std::vector<RatingSample> samples;
  for (int sweep = 0; sweep < plan.burn_in + plan.sweeps; ++sweep) {
    CINELOOM_TRY(cancel.check());
    sampler.sweep();
    progress.advance();
    const std::int64_t done = sweep + 1 - plan.burn_in;
    if (done > 0 && done * plan.samples / plan.sweeps > (done - 1) * plan.samples / plan.sweeps) samples.push_back(sample_of(sampler));
  }
  return samples;
}

/// A part of the ratings to learn from, and a part to measure with.
struct Split {
  Interactions known;
  std::vector<Interaction> hidden;
};

Split split(const Interactions& ratings, Seed seed) {
  Random random(derive_seed(seed, "held out"));
  const std::size_t wanted = std::min(kMostHeldOut, ratings.size() / kHeldOutShare);
  Split split;
  std::vector<Interaction> known;
  for (std::int32_t user = 0; user < ratings.users(); ++user) {
    for (const HistoryEntry& entry : ratings.history(user)) {
      const Interaction event{.user = user, .item = entry.item, .value = entry.value, .time = entry.time};
      (random.below(ratings.size()) < wanted ? split.hidden : known).push_back(event);
    }
  }
  if (const auto interactions = Interactions::from(known, ratings.users(), ratings.items(), Repeats::KeepAll)) split.known = *interactions;
  return split;
}

std::vector<double> mean_of_rated(const Matrix& items, std::span<const std::int32_t> counts) {
  std::vector<double> mean(items.columns(), 0);
  double rated = 0;
  for (std::size_t item = 0; item < counts.size(); ++item) {
    if (counts[item] == 0) continue;
    rated += 1;
    for (std::size_t factor = 0; factor < mean.size(); ++factor) mean[factor] += static_cast<double>(items.at(item, factor));
  }
  for (double& value : mean) value /= std::max(rated, 1.0);
  return mean;
}

}  // namespace

Expected<BayesianFactorization> BayesianFactorization::fit(const Interactions& ratings, const BayesianFactorizationOptions& options, Progress& progress,
                                                           const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const Plan plan, plan_for(ratings, options));
  const Split part = split(ratings, options.seed);
  const bool is_measured = !options.widening && part.hidden.size() >= kLeastHeldOut && part.known.size() > 0;
  progress.begin("learning", static_cast<std::int64_t>(plan.burn_in + plan.sweeps) * (is_measured ? 2 : 1), "sweeps");
  BayesianFactorization model;
  model.widening_ = options.widening.value_or(1);
  if (is_measured) {
    CINELOOM_TRY_ASSIGN(model.samples_, draw_samples(part.known, plan, options, progress, cancel));
    model.remember(part.known);
    model.widening_ = model.measure_widening(part.known, part.hidden);
  }
  CINELOOM_TRY_ASSIGN(model.samples_, draw_samples(ratings, plan, options, progress, cancel));
  model.remember(ratings);
  progress.finish();
  return model;
}

void BayesianFactorization::remember(const Interactions& ratings) {
  counts_ = ratings.item_counts();
  bool is_first = true;
  for (std::int32_t user = 0; user < ratings.users(); ++user) {
    for (const HistoryEntry& entry : ratings.history(user)) {
      least_ = is_first ? entry.value : std::min(least_, entry.value);
      most_ = is_first ? entry.value : std::max(most_, entry.value);
      is_first = false;
    }
  }
}

double BayesianFactorization::measure_widening(const Interactions& known, std::span<const Interaction> hidden) const {
  std::vector<double> ratios;
  for (std::size_t begin = 0; begin < hidden.size();) {
    const RatingUser user = fold_in(known.history(hidden[begin].user));
    std::size_t end = begin;
    for (; end < hidden.size() && hidden[end].user == hidden[begin].user; ++end) {
      const RatingForecast forecast = user.forecast(hidden[end].item);
      ratios.push_back(std::abs(static_cast<double>(hidden[end].value) - forecast.stars) / forecast.deviation);
    }
    begin = end;
  }
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() * 8 / 10);
  std::ranges::nth_element(ratios, middle);
  return std::max(*middle, 1e-3) / kEightyPercent;
}

double BayesianFactorization::mean_stars() const {
  return std::transform_reduce(samples_.begin(), samples_.end(), 0.0, std::plus<>(), [](const RatingSample& sample) { return sample.mean; }) /
         static_cast<double>(samples_.size());
}

double BayesianFactorization::item_bias(std::int32_t item) const {
  const auto row = static_cast<std::size_t>(item);
  return std::transform_reduce(samples_.begin(), samples_.end(), 0.0, std::plus<>(),
                               [row](const RatingSample& sample) { return static_cast<double>(sample.items.row(row).back()); }) /
         static_cast<double>(samples_.size());
}

double BayesianFactorization::noise() const {
  const double variance =
      std::transform_reduce(samples_.begin(), samples_.end(), 0.0, std::plus<>(), [](const RatingSample& sample) { return 1 / sample.noise_precision; });
  return widening_ * std::sqrt(variance / static_cast<double>(samples_.size()));
}

std::size_t BayesianFactorization::all_factors() const { return samples_.empty() ? 0 : samples_.size() * (samples_.front().items.columns() - 1); }

void BayesianFactorization::copy_factors(std::int32_t item, std::span<float> factors) const {
  auto place = factors.begin();
  for (const RatingSample& sample : samples_) {
    const auto row = sample.items.row(static_cast<std::size_t>(item));
    place = std::ranges::copy(row.first(row.size() - 1), place).out;
  }
}

std::vector<float> BayesianFactorization::item_reaches() const {
  std::vector<float> reaches(counts_.size(), 0);
  for (const RatingSample& sample : samples_) {
    for (std::size_t item = 0; item < reaches.size(); ++item) {
      const auto factors = sample.items.row(item).first(sample.items.columns() - 1);
      reaches[item] += std::inner_product(factors.begin(), factors.end(), factors.begin(), 0.0F);
    }
  }
  for (float& reach : reaches) reach = std::sqrt(reach);
  return reaches;
}

RatingUser BayesianFactorization::fold_in(std::span<const HistoryEntry> history) const {
  return {samples_, counts_, {.least = least_, .most = most_, .widening = widening_}, history};
}

void BayesianFactorization::lend(std::span<const ItemLoan> loans) {
  for (RatingSample& sample : samples_) {
    const std::vector<double> mean = mean_of_rated(sample.items, counts_);
    for (const ItemLoan& loan : loans) {
      const auto row = sample.items.row(static_cast<std::size_t>(loan.item));
      for (std::size_t factor = 0; factor < row.size(); ++factor) {
        double sum = mean[factor];
        for (std::size_t like = 0; like < loan.likes.size(); ++like)
          sum += loan.weights[like] * (static_cast<double>(sample.items.at(static_cast<std::size_t>(loan.likes[like]), factor)) - mean[factor]);
        row[factor] = static_cast<float>(sum);
      }
    }
  }
}

BayesianFactorization BayesianFactorization::rearranged(ItemOrigins origins) && {
  counts_ = cineloom::rearranged(counts_, origins, 0);
  for (RatingSample& sample : samples_) {
    sample.items = cineloom::rearranged(sample.items, origins);
    sample.implicit = cineloom::rearranged(sample.implicit, origins);
  }
  return std::move(*this);
}

}  // namespace cineloom
