#include "recommend/models/rating_sampler.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "recommend/models/rating_probit.h"
#include "recommend/models/rating_random.h"

namespace cineloom {
namespace {

// Priors of the priors, in units of the targets' variance. The rate is a fiftieth of libFM's: with
// 1, groups of few weights (genres, days) cannot shrink enough. And the first sweeps keep the
// precisions where the start values are: else weights that begin at zero draw themselves a prior so
// narrow that they need hundreds of sweeps to grow. Inner validation of ML-100K after 160 sweeps:
// .8871 with 1 and no start, .8831 with .1, .8795 with both.
constexpr double kPriorShape = 1;
constexpr double kPriorRate = 0.02;
constexpr double kPriorMeanWeight = 1;
constexpr double kStartDeviation = 0.1;
constexpr int kStartSweeps = 8;
/// Sums of small moves drift in single precision; from time to time the residuals are taken anew.
constexpr int kSweepsBetweenResets = 16;
/// With fewer ratings threads cost more than they bring.
constexpr std::size_t kLeastForThreads = 200000;

RatingWeights weights_for(std::size_t width, std::vector<std::uint8_t> is_seen) {
  return {.values = Matrix(width, is_seen.size()),
          .means = std::vector<double>(width, 0),
          .precisions = std::vector<double>(width, 1),
          .is_seen = std::move(is_seen)};
}

void scatter(std::span<const std::size_t> order, std::span<const float> from, std::span<float> to) {
  for (std::size_t at = 0; at < order.size(); ++at) to[order[at]] = from[at];
}
void gather(std::span<const std::size_t> order, std::span<const float> from, std::span<float> to) {
  for (std::size_t at = 0; at < order.size(); ++at) to[at] = from[order[at]];
}

}  // namespace

int automatic_rating_factors(std::size_t ratings) {
  constexpr std::size_t kSome = 20000;
  constexpr std::size_t kMany = 300000;
  if (ratings < kSome) return 7;
  return ratings < kMany ? 15 : 31;
}

RatingSampler::RatingSampler(const RatingDesign& design, const RatingSamplerOptions& options)
    : design_(design),
      options_(options),
      width_(static_cast<std::size_t>(options.factors) + 1),
      random_(derive_seed(options.seed, "ratings")),
      targets_(design.stars) {
  CINELOOM_ASSERT(!design.stars.empty() && options.factors >= 0);
  const std::size_t count = design.stars.size();
  if (count < kLeastForThreads) options_.threads = 1;
  std::vector<std::int32_t> own(count);
  std::vector<std::int32_t> partner(count);
  for (std::size_t at = 0; at < count; ++at) {
    own[at] = design.places[at].user_group;
    partner[at] = design.places[at].item_group;
  }
  residuals_.resize(count);
  item_residuals_.resize(count);
  if (options_.link == RatingLink::OrderedProbit) {
    start_levels();
  } else {
    mean_ = std::accumulate(targets_.begin(), targets_.end(), 0.0) / static_cast<double>(count);
    const double squares = std::transform_reduce(targets_.begin(), targets_.end(), 0.0, std::plus<>(),
                                                 [&](float stars) { return (static_cast<double>(stars) - mean_) * (static_cast<double>(stars) - mean_); });
    // Where all stars are the same any unit does.
    if (squares > 0) target_variance_ = squares / static_cast<double>(count);
  }
  lay_out(users_, design.users, own, partner);
  item_order_.resize(count);
  std::iota(item_order_.begin(), item_order_.end(), std::size_t{0});
  std::ranges::stable_sort(item_order_, {}, [&](std::size_t at) { return partner[at]; });
  std::vector<std::int32_t> items_own(count);
  std::vector<std::int32_t> items_partner(count);
  for (std::size_t at = 0; at < count; ++at) {
    items_own[at] = partner[item_order_[at]];
    items_partner[at] = own[item_order_[at]];
  }
  lay_out(items_, design.items, items_own, items_partner);
  reset_residuals();
}

void RatingSampler::start_levels() {
  levels_ = design_.stars;
  std::ranges::sort(levels_);
  const auto repeated = std::ranges::unique(levels_);
  levels_.erase(repeated.begin(), repeated.end());
  CINELOOM_ASSERT(levels_.size() <= kMostRatingLevels);
  std::vector<double> below(levels_.size(), 0);
  for (const float stars : design_.stars) {
    const auto level = static_cast<std::size_t>(std::ranges::lower_bound(levels_, stars) - levels_.begin());
    level_of_.push_back(static_cast<std::uint8_t>(level));
    below[level] += 1;
  }
  double seen = 0;
  for (std::size_t level = 0; level + 1 < levels_.size(); ++level) {
    seen += below[level];
    cuts_.push_back(quick_normal_quantile(seen / static_cast<double>(design_.stars.size())));
  }
}

void RatingSampler::lay_out(Side& side, const RatingSide& shape, std::span<const std::int32_t> own, std::span<const std::int32_t> partner) {
  side.shape = &shape;
  side.begins.assign(shape.groups() + 1, 0);
  for (const std::int32_t group : own) ++side.begins[static_cast<std::size_t>(group) + 1];
  std::vector<std::uint8_t> groups_seen;
  std::vector<std::uint8_t> rows_seen(static_cast<std::size_t>(shape.rows), 0);
  for (std::size_t group = 0; group < shape.groups(); ++group) {
    groups_seen.push_back(side.begins[group + 1] > 0 ? 1 : 0);
    if (groups_seen.back() != 0) rows_seen[static_cast<std::size_t>(shape.group_rows[group])] = 1;
  }
  std::partial_sum(side.begins.begin(), side.begins.end(), side.begins.begin());
  side.other.assign(partner.begin(), partner.end());
  for (const RatingFeatures& features : shape.features) {
    const std::vector<std::uint8_t>& owners_seen = features.is_of_groups ? groups_seen : rows_seen;
    std::vector<std::uint8_t> is_seen;
    for (std::int32_t feature = 0; feature < features.by_feature.row_count(); ++feature) {
      is_seen.push_back(
          std::ranges::any_of(features.by_feature.row_columns(feature), [&](std::int32_t owner) { return owners_seen[static_cast<std::size_t>(owner)] != 0; })
              ? 1
              : 0);
    }
    side.state.features.push_back(weights_for(width_, std::move(is_seen)));
  }
  side.state.rows = weights_for(width_, std::move(rows_seen));
  if (shape.has_groups()) side.state.groups = weights_for(width_, std::move(groups_seen));
  for (std::size_t factor = 0; factor + 1 < width_; ++factor) {
    for (float& value : side.state.rows.values.row(factor))
      value = static_cast<float>(kStartDeviation * std::pow(target_variance_, 0.25) * quick_normal(random_));
  }
  side.blocks.assign((width_ + kRatingLanes - 1) / kRatingLanes, std::vector<RatingLanes>(shape.groups()));
  side.biases.resize(shape.groups());
  side.evidence.resize(shape.groups());
  side.group_pulls.resize(shape.groups());
  side.row_pulls.resize(static_cast<std::size_t>(shape.rows));
  side.scaled.resize(static_cast<std::size_t>(shape.rows));
  sum_up(side);
}

/// Takes the groups' sums of weights anew.
void RatingSampler::sum_up(Side& side) const {
  std::vector<float> rows(side.row_pulls.size());
  std::vector<float> groups(side.biases.size());
  const auto add_features = [&](std::size_t factor, bool is_of_groups, std::vector<float>& sums) {
    for (std::size_t index = 0; index < side.shape->features.size(); ++index) {
      const RatingFeatures& features = side.shape->features[index];
      if (features.is_of_groups != is_of_groups) continue;
      for (std::int32_t feature = 0; feature < features.by_feature.row_count(); ++feature) {
        const float weight = side.state.features[index].values.at(factor, static_cast<std::size_t>(feature));
        const auto owners = features.by_feature.row_columns(feature);
        const auto values = features.by_feature.row_values(feature);
        for (std::size_t at = 0; at < owners.size(); ++at) sums[static_cast<std::size_t>(owners[at])] += weight * values[at];
      }
    }
  };
  for (std::size_t factor = 0; factor < width_; ++factor) {
    std::ranges::copy(side.state.rows.values.row(factor), rows.begin());
    add_features(factor, false, rows);
    std::ranges::fill(groups, 0.0F);
    if (side.shape->has_groups()) std::ranges::copy(side.state.groups.values.row(factor), groups.begin());
    add_features(factor, true, groups);
    for (std::size_t group = 0; group < groups.size(); ++group) {
      const float sum = groups[group] + rows[static_cast<std::size_t>(side.shape->group_rows[group])];
      const bool is_bias = factor + 1 == width_;
      side.blocks[factor / kRatingLanes][group].values[factor % kRatingLanes] = is_bias ? 1 : sum;
      if (is_bias) side.biases[group] = sum;
    }
  }
}

void RatingSampler::score(std::span<const RatingPlace> places, std::span<float> scores) const {
  parallel_for(
      places.size(),
      [&](std::size_t begin, std::size_t end) {
        const std::span<const RatingPlace> piece = places.subspan(begin, end - begin);
        // Both sides hold a one in the bias's place: their product is taken off first.
        const auto start = static_cast<float>(mean_ - 1);
        for (std::size_t at = begin; at < end; ++at) {
          scores[at] = start + users_.biases[static_cast<std::size_t>(places[at].user_group)] + items_.biases[static_cast<std::size_t>(places[at].item_group)];
        }
        for (std::size_t block = 0; block < users_.blocks.size(); ++block)
          add_products(piece, users_.blocks[block].data(), items_.blocks[block].data(), scores.subspan(begin, end - begin));
      },
      options_.threads);
}

Matrix RatingSampler::item_totals() const {
  Matrix totals(items_.biases.size(), width_);
  for (std::size_t group = 0; group < totals.rows(); ++group) {
    for (std::size_t factor = 0; factor + 1 < width_; ++factor)
      totals.at(group, factor) = items_.blocks[factor / kRatingLanes][group].values[factor % kRatingLanes];
    totals.at(group, width_ - 1) = items_.biases[group];
  }
  return totals;
}

RatingForecast RatingSampler::forecast(double score) const {
  if (options_.link == RatingLink::Gaussian) return {.stars = score, .deviation = 1 / std::sqrt(noise_precision_)};
  return expected_level(levels_, cuts_, score);
}

double RatingSampler::training_error() const {
  double squares = 0;
  for (const float residual : residuals_) squares += static_cast<double>(residual) * static_cast<double>(residual);
  return std::sqrt(squares / static_cast<double>(residuals_.size()));
}

void RatingSampler::reset_residuals() {
  sum_up(users_);
  sum_up(items_);
  score(design_.places, residuals_);
  for (std::size_t at = 0; at < residuals_.size(); ++at) residuals_[at] = targets_[at] - residuals_[at];
}

void RatingSampler::sweep() {
  if (options_.link == RatingLink::OrderedProbit) {
    draw_latent();
  } else {
    if (sweeps_ % kSweepsBetweenResets == 0) reset_residuals();
    draw_noise();
  }
  draw_side(users_, items_, residuals_);
  gather(item_order_, residuals_, item_residuals_);
  draw_side(items_, users_, item_residuals_);
  scatter(item_order_, item_residuals_, residuals_);
  ++sweeps_;
}

void RatingSampler::draw_noise() {
  const auto count = static_cast<double>(residuals_.size());
  double sum = 0;
  double squares = 0;
  for (const float residual : residuals_) {
    sum += static_cast<double>(residual);
    squares += static_cast<double>(residual) * static_cast<double>(residual);
  }
  noise_precision_ = draw_gamma((kPriorShape + count) / 2, (kPriorRate * target_variance_ + squares) / 2, random_);
  const double move = sum / count + quick_normal(random_) / std::sqrt(noise_precision_ * count);
  mean_ += move;
  for (float& residual : residuals_) residual -= static_cast<float>(move);
}

void RatingSampler::draw_latent() {
  std::vector<float> scores(residuals_.size());
  score(design_.places, scores);
  cuts_ = draw_cut_points(cuts_, scores, level_of_, random_);
  // Fixed pieces with seeds of their own: the same draws for any number of threads.
  constexpr std::size_t kPiece = 1U << 15U;
  const std::size_t pieces = (scores.size() + kPiece - 1) / kPiece;
  const Seed seed = random_();
  parallel_for(
      pieces,
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t piece = begin; piece < end; ++piece) {
          Random random(derive_seed(seed, piece));
          for (std::size_t at = piece * kPiece; at < std::min((piece + 1) * kPiece, scores.size()); ++at) {
            residuals_[at] = draw_between(cuts_, level_of_[at], scores[at], random);
          }
        }
      },
      options_.threads);
}

void RatingSampler::draw_side(Side& side, const Side& partner, std::vector<float>& residuals) {
  draw_prior(side.state.rows);
  if (side.shape->has_groups()) draw_prior(side.state.groups);
  for (RatingWeights& weights : side.state.features) draw_prior(weights);

  for (RatingEvidence& evidence : side.evidence) evidence.shift = {};
  const RatingLanes* old_design = partner.blocks[0].data();
  for (std::size_t block = 0; block < side.blocks.size(); ++block) {
    gather_block(side, old_design, partner.blocks[block].data(), residuals);
    old_design = partner.blocks[block].data();
    for (std::size_t factor = block * kRatingLanes; factor < std::min((block + 1) * kRatingLanes, width_); ++factor) draw_factor(side, factor);
  }
  parallel_for(
      side.evidence.size(),
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t group = begin; group < end; ++group) {
          const std::size_t first = side.begins[group];
          const std::size_t count = side.begins[group + 1] - first;
          take_out_shift(std::span(side.other).subspan(first, count), std::span(residuals).subspan(first, count), old_design, side.evidence[group].shift);
        }
      },
      options_.threads);
}

void RatingSampler::gather_block(Side& side, const RatingLanes* old_design, const RatingLanes* design, std::vector<float>& residuals) const {
  parallel_for(
      side.evidence.size(),
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t group = begin; group < end; ++group) {
          const std::size_t first = side.begins[group];
          const std::size_t count = side.begins[group + 1] - first;
          const RatingLanes shift = side.evidence[group].shift;
          side.evidence[group] =
              gather_rating_evidence(std::span(side.other).subspan(first, count), std::span(residuals).subspan(first, count), old_design, shift, design);
        }
      },
      options_.threads);
}

void RatingSampler::draw_factor(Side& side, std::size_t factor) {
  const std::size_t lane = factor % kRatingLanes;
  for (std::size_t group = 0; group < side.evidence.size(); ++group) {
    const RatingEvidence& evidence = side.evidence[group];
    side.group_pulls[group] = {.evidence = {.product = evidence.products.values[lane], .square = evidence.squares[lane].values[lane]}};
  }
  for (std::size_t index = 0; index < side.shape->features.size(); ++index) {
    if (side.shape->features[index].is_of_groups) draw_features(side.state.features[index], side.shape->features[index], factor, side.group_pulls);
  }
  if (side.shape->has_groups() && (side.shape->has_group_factors || factor + 1 == width_)) draw_rows(side.state.groups, factor, side.group_pulls);
  std::ranges::fill(side.row_pulls, Pull{});
  for (std::size_t group = 0; group < side.evidence.size(); ++group) {
    RatingPull& row = side.row_pulls[static_cast<std::size_t>(side.shape->group_rows[group])].evidence;
    row.product += side.group_pulls[group].evidence.product;
    row.square += side.group_pulls[group].evidence.square;
  }
  draw_rows(side.state.rows, factor, side.row_pulls);
  for (std::size_t index = 0; index < side.shape->features.size(); ++index) {
    const RatingFeatures& features = side.shape->features[index];
    if (features.is_of_groups) continue;
    if (features.row_values.empty()) draw_features(side.state.features[index], features, factor, side.row_pulls);
    else draw_shared_features(side.state.features[index], features, factor, side);
  }
  for (std::size_t group = 0; group < side.evidence.size(); ++group) {
    RatingEvidence& evidence = side.evidence[group];
    const float move = side.group_pulls[group].move + side.row_pulls[static_cast<std::size_t>(side.shape->group_rows[group])].move;
    evidence.shift.values[lane] = move;
    for (std::size_t other = 0; other < kRatingLanes; ++other) evidence.products.values[other] -= move * evidence.squares[lane].values[other];
    if (factor + 1 == width_) side.biases[group] += move;
    else side.blocks[factor / kRatingLanes][group].values[lane] += move;
  }
}

float RatingSampler::draw_weight(const RatingWeights& weights, std::size_t factor, float value, const RatingPull& evidence) {
  const double square = static_cast<double>(evidence.square);
  const double precision = weights.precisions[factor] + noise_precision_ * square;
  const double target =
      weights.precisions[factor] * weights.means[factor] + noise_precision_ * (static_cast<double>(evidence.product) + static_cast<double>(value) * square);
  return static_cast<float>(target / precision + quick_normal(random_) / std::sqrt(precision));
}

void RatingSampler::draw_rows(RatingWeights& weights, std::size_t factor, std::vector<Pull>& pulls) {
  const std::span<float> values = weights.values.row(factor);
  for (std::size_t row = 0; row < values.size(); ++row) {
    RatingPull& evidence = pulls[row].evidence;
    const float value = weights.is_seen[row] != 0 ? draw_weight(weights, factor, values[row], evidence) : static_cast<float>(weights.means[factor]);
    const float move = value - values[row];
    values[row] = value;
    evidence.product -= move * evidence.square;
    pulls[row].move += move;
  }
}

void RatingSampler::draw_features(RatingWeights& weights, const RatingFeatures& features, std::size_t factor, std::vector<Pull>& pulls) {
  const std::span<float> values = weights.values.row(factor);
  for (std::size_t feature = 0; feature < values.size(); ++feature) {
    const auto owners = features.by_feature.row_columns(static_cast<std::int32_t>(feature));
    const auto cells = features.by_feature.row_values(static_cast<std::int32_t>(feature));
    RatingPull sum;
    for (std::size_t at = 0; at < owners.size(); ++at) {
      const RatingPull& evidence = pulls[static_cast<std::size_t>(owners[at])].evidence;
      sum.product += cells[at] * evidence.product;
      sum.square += cells[at] * cells[at] * evidence.square;
    }
    const float value = weights.is_seen[feature] != 0 ? draw_weight(weights, factor, values[feature], sum) : static_cast<float>(weights.means[factor]);
    const float move = value - values[feature];
    values[feature] = value;
    for (std::size_t at = 0; at < owners.size(); ++at) {
      Pull& pull = pulls[static_cast<std::size_t>(owners[at])];
      pull.evidence.product -= move * cells[at] * pull.evidence.square;
      pull.move += move * cells[at];
    }
  }
}

// With z = row value times evidence, a feature's evidence is the plain sum of its rows' z: the loop
// is the sampler's hottest and touches 8 bytes a cell.
void RatingSampler::draw_shared_features(RatingWeights& weights, const RatingFeatures& features, std::size_t factor, Side& side) {
  for (std::size_t row = 0; row < side.scaled.size(); ++row) {
    const float x = features.row_values[row];
    side.scaled[row] = {.product = x * side.row_pulls[row].evidence.product, .square = x * x * side.row_pulls[row].evidence.square};
  }
  const std::span<float> values = weights.values.row(factor);
  for (std::size_t feature = 0; feature < values.size(); ++feature) {
    const auto owners = features.by_feature.row_columns(static_cast<std::int32_t>(feature));
    const float value = weights.is_seen[feature] != 0 ? draw_weight(weights, factor, values[feature], sum_pulls(owners, side.scaled.data()))
                                                      : static_cast<float>(weights.means[factor]);
    move_pulls(owners, side.scaled.data(), value - values[feature]);
    values[feature] = value;
  }
  for (std::size_t row = 0; row < side.scaled.size(); ++row) {
    Pull& pull = side.row_pulls[row];
    const float x = features.row_values[row];
    if (pull.evidence.square <= 0) continue;
    const float move = (x * pull.evidence.product - side.scaled[row].product) / (x * pull.evidence.square);
    pull.evidence.product -= move * pull.evidence.square;
    pull.move += move;
  }
}

void RatingSampler::draw_prior(RatingWeights& weights) {
  const auto count = static_cast<double>(std::ranges::count(weights.is_seen, 1));
  for (std::size_t factor = 0; factor < width_; ++factor) {
    const std::span<const float> values = std::as_const(weights.values).row(factor);
    double sum = 0;
    double squares = 0;
    for (std::size_t at = 0; at < values.size(); ++at) {
      if (weights.is_seen[at] == 0) continue;
      const double away = static_cast<double>(values[at]) - weights.means[factor];
      sum += static_cast<double>(values[at]);
      squares += away * away;
    }
    // A bias is in units of the targets, a factor is one half of a product in such units.
    const double unit = factor + 1 == width_ ? target_variance_ : std::sqrt(target_variance_);
    if (sweeps_ < kStartSweeps) {
      weights.precisions[factor] = 1 / (kStartDeviation * kStartDeviation * unit);
      continue;
    }
    const double rate = (kPriorRate * unit + squares + kPriorMeanWeight * weights.means[factor] * weights.means[factor]) / 2;
    weights.precisions[factor] = draw_gamma((kPriorShape + count + 1) / 2, rate, random_);
    weights.means[factor] = sum / (count + kPriorMeanWeight) + quick_normal(random_) / std::sqrt((count + kPriorMeanWeight) * weights.precisions[factor]);
  }
}

}  // namespace cineloom
