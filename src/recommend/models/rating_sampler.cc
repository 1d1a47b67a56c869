#include "recommend/models/rating_sampler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "recommend/models/rating_probit.h"

namespace cineloom {
namespace {

// Priors of the priors, as in libFM: weak, and in units of stars or latent scores.
constexpr double kPriorShape = 1;
constexpr double kPriorRate = 1;
constexpr double kPriorMeanWeight = 1;
constexpr double kStartDeviation = 0.1;
/// Sums of small moves drift in single precision; from time to time the residuals are taken anew.
constexpr int kSweepsBetweenResets = 16;
constexpr std::size_t kLanes = 8;
/// With fewer ratings threads cost more than they bring.
constexpr std::size_t kLeastForThreads = 200000;

/// Takes an old factor's move out of a group's residuals and gathers the evidence on the next factor, in one pass.
struct Sums {
  float product = 0;
  float square = 0;
};
Sums pass(const std::int32_t* other, float* residuals, std::size_t count, const float* old_design, float shift, const float* design) {
  std::array<float, kLanes> products{};
  std::array<float, kLanes> squares{};
  std::size_t at = 0;
  for (; at + kLanes <= count; at += kLanes) {
    std::array<float, kLanes> values{};
    std::array<float, kLanes> olds{};
    for (std::size_t lane = 0; lane < kLanes; ++lane) values[lane] = design[other[at + lane]];
    for (std::size_t lane = 0; lane < kLanes; ++lane) olds[lane] = old_design[other[at + lane]];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float residual = residuals[at + lane] - shift * olds[lane];
      residuals[at + lane] = residual;
      products[lane] += values[lane] * residual;
      squares[lane] += values[lane] * values[lane];
    }
  }
  Sums sums{.product = std::accumulate(products.begin(), products.end(), 0.0F), .square = std::accumulate(squares.begin(), squares.end(), 0.0F)};
  for (; at < count; ++at) {
    const float value = design[other[at]];
    residuals[at] -= shift * old_design[other[at]];
    sums.product += value * residuals[at];
    sums.square += value * value;
  }
  return sums;
}

RatingWeights weights_for(std::size_t width, std::size_t count) { return {.values = Matrix(width, count), .means = std::vector<double>(width, 0), .precisions = std::vector<double>(width, 1)}; }

void scatter(std::span<const std::size_t> order, std::span<const float> from, std::span<float> to) {
  for (std::size_t at = 0; at < order.size(); ++at) to[order[at]] = from[at];
}
void gather(std::span<const std::size_t> order, std::span<const float> from, std::span<float> to) {
  for (std::size_t at = 0; at < order.size(); ++at) to[at] = from[order[at]];
}

}  // namespace

RatingSampler::RatingSampler(const RatingDesign& design, const RatingSamplerOptions& options)
    : design_(design), options_(options), width_(static_cast<std::size_t>(options.factors) + 1), random_(derive_seed(options.seed, "ratings")), targets_(design.stars) {
  CINELOOM_ASSERT(!design.stars.empty() && options.factors >= 0);
  const std::size_t count = design.stars.size();
  if (count < kLeastForThreads) options_.threads = 1;
  std::vector<std::int32_t> own(count);
  std::vector<std::int32_t> partner(count);
  for (std::size_t at = 0; at < count; ++at) {
    own[at] = design.places[at].user_group;
    partner[at] = design.places[at].item_group;
  }
  lay_out(users_, design.users, own, partner, design.items.groups());
  item_order_.resize(count);
  std::iota(item_order_.begin(), item_order_.end(), std::size_t{0});
  std::ranges::stable_sort(item_order_, {}, [&](std::size_t at) { return partner[at]; });
  std::vector<std::int32_t> items_own(count);
  std::vector<std::int32_t> items_partner(count);
  for (std::size_t at = 0; at < count; ++at) {
    items_own[at] = partner[item_order_[at]];
    items_partner[at] = own[item_order_[at]];
  }
  lay_out(items_, design.items, items_own, items_partner, design.users.groups());

  residuals_.resize(count);
  item_residuals_.resize(count);
  if (options_.link == RatingLink::OrderedProbit) {
    start_levels();
  } else {
    mean_ = std::accumulate(targets_.begin(), targets_.end(), 0.0) / static_cast<double>(count);
  }
  reset_residuals();
}

void RatingSampler::start_levels() {
  levels_ = design_.stars;
  std::ranges::sort(levels_);
  const auto repeated = std::ranges::unique(levels_);
  levels_.erase(repeated.begin(), repeated.end());
  std::vector<double> below(levels_.size(), 0);
  for (const float stars : design_.stars) {
    const auto level = static_cast<std::size_t>(std::ranges::lower_bound(levels_, stars) - levels_.begin());
    level_of_.push_back(static_cast<std::uint8_t>(level));
    below[level] += 1;
  }
  double seen = 0;
  for (std::size_t level = 0; level + 1 < levels_.size(); ++level) {
    seen += below[level];
    cuts_.push_back(normal_quantile(seen / static_cast<double>(design_.stars.size())));
  }
}

void RatingSampler::lay_out(Side& side, const RatingSide& shape, std::span<const std::int32_t> own, std::span<const std::int32_t> partner, std::size_t partners) {
  side.shape = &shape;
  side.begins.assign(shape.groups() + 1, 0);
  for (const std::int32_t group : own) ++side.begins[static_cast<std::size_t>(group) + 1];
  std::partial_sum(side.begins.begin(), side.begins.end(), side.begins.begin());
  side.other.assign(partner.begin(), partner.end());
  side.groups.resize(shape.groups());
  side.rows.resize(static_cast<std::size_t>(shape.rows));
  side.ones.assign(partners, 1);
  side.state.rows = weights_for(width_, side.rows.size());
  if (shape.has_groups()) side.state.groups = weights_for(width_, shape.groups());
  for (const RatingFeatures& features : shape.features) side.state.features.push_back(weights_for(width_, static_cast<std::size_t>(features.by_feature.row_count())));
  side.state.total = Matrix(width_, shape.groups());
  for (std::size_t factor = 0; factor + 1 < width_; ++factor) {
    for (float& value : side.state.rows.values.row(factor)) value = static_cast<float>(kStartDeviation * random_.normal());
    for (std::size_t group = 0; group < shape.groups(); ++group) {
      side.state.total.at(factor, group) = side.state.rows.values.at(factor, static_cast<std::size_t>(shape.group_rows[group]));
    }
  }
}

void RatingSampler::score(std::span<const RatingPlace> places, std::span<float> scores) const {
  const Matrix& users = users_.state.total;
  const Matrix& items = items_.state.total;
  parallel_for(places.size(), [&](std::size_t begin, std::size_t end) {
    const std::size_t bias = width_ - 1;
    for (std::size_t at = begin; at < end; ++at) {
      scores[at] = static_cast<float>(mean_) + users.at(bias, static_cast<std::size_t>(places[at].user_group)) + items.at(bias, static_cast<std::size_t>(places[at].item_group));
    }
    for (std::size_t factor = 0; factor < bias; ++factor) {
      const float* user_row = users.row(factor).data();
      const float* item_row = items.row(factor).data();
      for (std::size_t at = begin; at < end; ++at) scores[at] += user_row[places[at].user_group] * item_row[places[at].item_group];
    }
  }, options_.threads);
}

double RatingSampler::stars(double score) const {
  if (options_.link == RatingLink::Gaussian) return score;
  return expected_level(levels_, cuts_, score);
}

double RatingSampler::training_error() const {
  double squares = 0;
  for (const float residual : residuals_) squares += static_cast<double>(residual) * static_cast<double>(residual);
  return std::sqrt(squares / static_cast<double>(residuals_.size()));
}

void RatingSampler::reset_residuals() {
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
  noise_precision_ = draw_gamma((kPriorShape + count) / 2, (kPriorRate + squares) / 2);
  const double move = sum / count + random_.normal() / std::sqrt(noise_precision_ * count);
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
  parallel_for(pieces, [&](std::size_t begin, std::size_t end) {
    for (std::size_t piece = begin; piece < end; ++piece) {
      Random random(derive_seed(seed, piece));
      for (std::size_t at = piece * kPiece; at < std::min((piece + 1) * kPiece, scores.size()); ++at) {
        residuals_[at] = draw_between(cuts_, level_of_[at], scores[at], random);
      }
    }
  }, options_.threads);
}

void RatingSampler::draw_side(Side& side, const Side& partner, std::vector<float>& residuals) {
  draw_prior(side.state.rows);
  if (side.shape->has_groups()) draw_prior(side.state.groups);
  for (RatingWeights& weights : side.state.features) draw_prior(weights);

  // The bias comes first: its design is one everywhere, and a shift of nothing is taken out before it.
  const float* old_design = side.ones.data();
  for (Evidence& evidence : side.groups) evidence = {};
  for (std::size_t step = 0; step < width_; ++step) {
    const std::size_t factor = step == 0 ? width_ - 1 : step - 1;
    const float* design = step == 0 ? side.ones.data() : partner.state.total.row(factor).data();
    gather_evidence(side, old_design, design, residuals);
    draw_factor(side, factor);
    old_design = design;
  }
  gather_evidence(side, old_design, side.ones.data(), residuals);
}

void RatingSampler::gather_evidence(Side& side, const float* old_design, const float* design, std::vector<float>& residuals) const {
  parallel_for(side.groups.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t group = begin; group < end; ++group) {
      const std::size_t first = side.begins[group];
      const Sums sums = pass(side.other.data() + first, residuals.data() + first, side.begins[group + 1] - first, old_design, side.groups[group].shift, design);
      side.groups[group] = {.product = sums.product, .square = sums.square, .shift = 0};
    }
  }, options_.threads);
}

void RatingSampler::draw_factor(Side& side, std::size_t factor) {
  for (std::size_t index = 0; index < side.shape->features.size(); ++index) {
    if (side.shape->features[index].is_of_groups) draw_features(side.state.features[index], side.shape->features[index], factor, side.groups);
  }
  if (side.shape->has_groups()) draw_rows(side.state.groups, factor, side.groups);
  for (Evidence& evidence : side.rows) evidence = {};
  for (std::size_t group = 0; group < side.groups.size(); ++group) {
    Evidence& row = side.rows[static_cast<std::size_t>(side.shape->group_rows[group])];
    row.product += side.groups[group].product;
    row.square += side.groups[group].square;
  }
  draw_rows(side.state.rows, factor, side.rows);
  for (std::size_t index = 0; index < side.shape->features.size(); ++index) {
    if (!side.shape->features[index].is_of_groups) draw_features(side.state.features[index], side.shape->features[index], factor, side.rows);
  }
  const std::span<float> total = side.state.total.row(factor);
  for (std::size_t group = 0; group < side.groups.size(); ++group) {
    side.groups[group].shift += side.rows[static_cast<std::size_t>(side.shape->group_rows[group])].shift;
    total[group] += side.groups[group].shift;
  }
}

double RatingSampler::draw_weight(const RatingWeights& weights, std::size_t factor, double value, double product, double square) {
  const double precision = weights.precisions[factor] + noise_precision_ * square;
  const double target = weights.precisions[factor] * weights.means[factor] + noise_precision_ * (product + value * square);
  return target / precision + random_.normal() / std::sqrt(precision);
}

void RatingSampler::draw_rows(RatingWeights& weights, std::size_t factor, std::vector<Evidence>& evidence) {
  const std::span<float> values = weights.values.row(factor);
  for (std::size_t row = 0; row < values.size(); ++row) {
    const auto value = static_cast<float>(draw_weight(weights, factor, static_cast<double>(values[row]), static_cast<double>(evidence[row].product), static_cast<double>(evidence[row].square)));
    const float move = value - values[row];
    values[row] = value;
    evidence[row].product -= move * evidence[row].square;
    evidence[row].shift += move;
  }
}

void RatingSampler::draw_features(RatingWeights& weights, const RatingFeatures& features, std::size_t factor, std::vector<Evidence>& evidence) {
  const std::span<float> values = weights.values.row(factor);
  const SparseMatrix& cells = features.by_feature;
  for (std::size_t feature = 0; feature < values.size(); ++feature) {
    const std::size_t begin = cells.begins[feature];
    const std::size_t end = cells.begins[feature + 1];
    float product = 0;
    float square = 0;
    for (std::size_t at = begin; at < end; ++at) {
      const Evidence& row = evidence[static_cast<std::size_t>(cells.columns[at])];
      const float x = cells.values[at];
      product += x * row.product;
      square += x * x * row.square;
    }
    const auto value = static_cast<float>(draw_weight(weights, factor, static_cast<double>(values[feature]), static_cast<double>(product), static_cast<double>(square)));
    const float move = value - values[feature];
    values[feature] = value;
    for (std::size_t at = begin; at < end; ++at) {
      Evidence& row = evidence[static_cast<std::size_t>(cells.columns[at])];
      const float shift = move * cells.values[at];
      row.product -= shift * row.square;
      row.shift += shift;
    }
  }
}

void RatingSampler::draw_prior(RatingWeights& weights) {
  const auto count = static_cast<double>(weights.values.columns());
  for (std::size_t factor = 0; factor < width_; ++factor) {
    double sum = 0;
    double squares = 0;
    for (const float value : weights.values.row(factor)) {
      const double away = static_cast<double>(value) - weights.means[factor];
      sum += static_cast<double>(value);
      squares += away * away;
    }
    const double rate = (kPriorRate + squares + kPriorMeanWeight * weights.means[factor] * weights.means[factor]) / 2;
    weights.precisions[factor] = draw_gamma((kPriorShape + count + 1) / 2, rate);
    weights.means[factor] = sum / (count + kPriorMeanWeight) + random_.normal() / std::sqrt((count + kPriorMeanWeight) * weights.precisions[factor]);
  }
}

/// Marsaglia and Tsang, 2000; shape >= 1.
double RatingSampler::draw_gamma(double shape, double rate) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random_.normal();
    const double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (v <= 0) continue;
    if (std::log(1 - random_.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v / rate;
  }
}

}  // namespace cineloom
