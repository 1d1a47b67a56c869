#include "recommend/models/cold_items.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "recommend/models/cold_items_tuning.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kLeastWarm = 10;
constexpr float kFirstGuess = 0.5F;  // weight in the map to popularity of a group that is declared with none

double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus(), [](float x, float y) { return static_cast<double>(x) * static_cast<double>(y); });
}

Expected<void> check(const ColdItemsLesson& lesson, const ColdItemsOptions& options) {
  const auto items = static_cast<std::size_t>(lesson.seen.column_count);
  if (lesson.backbone.items().rows() != items || lesson.descriptions.size() != items) {
    return fail(ErrorCode::InvalidArgument, "expected factors and descriptions of " + std::to_string(items) + " items, found " +
                                                std::to_string(lesson.backbone.items().rows()) + " and " + std::to_string(lesson.descriptions.size()));
  }
  if (options.most_items < 10 || options.tuning_items < 10) return fail(ErrorCode::InvalidArgument, "most_items and tuning_items must be at least 10");
  if (options.tuning_users < 1 || options.passes < 0 || options.passes > 10)
    return fail(ErrorCode::InvalidArgument, "tuning_users must be positive, passes in 0 .. 10");
  return {};
}

/// The most popular of the items that somebody has touched.
std::vector<std::int32_t> warm_items(const SparseMatrix& seen, std::span<const float> counts, std::int32_t most) {
  std::vector<std::int32_t> items;
  for (std::int32_t item = 0; item < seen.column_count; ++item) {
    if (counts[static_cast<std::size_t>(item)] > 0) items.push_back(item);
  }
  std::ranges::stable_sort(items, std::greater(), [&](std::int32_t item) { return counts[static_cast<std::size_t>(item)]; });
  items.resize(std::min(items.size(), static_cast<std::size_t>(most)));
  std::ranges::sort(items);
  return items;
}

WarmItems collect(const ColdItemsLesson& lesson, const FeatureSpace& features, std::int32_t most) {
  std::vector<float> counts(static_cast<std::size_t>(lesson.seen.column_count), 0);
  for (const std::int32_t item : lesson.seen.columns) ++counts[static_cast<std::size_t>(item)];
  WarmItems warm{.items = warm_items(lesson.seen, counts, most), .counts = {}, .rows = {}, .factors = {}, .group_of = {}};
  std::vector<ItemDescription> described;
  warm.factors = Matrix(warm.items.size(), lesson.backbone.items().columns());
  for (std::size_t at = 0; at < warm.items.size(); ++at) {
    const auto item = static_cast<std::size_t>(warm.items[at]);
    warm.counts.push_back(counts[item]);
    described.push_back(lesson.descriptions[item]);
    std::ranges::copy(lesson.backbone.items().row(item), warm.factors.row(at).begin());
  }
  warm.rows = features.matrix(described);
  for (std::int32_t feature = 0; feature < features.size(); ++feature) warm.group_of.push_back(features.group_of(feature));
  return warm;
}

/// Turns alpha [items, k] into one row per feature: w_g sum over items of a_if alpha_i.
Matrix by_feature(const SparseMatrix& rows, std::span<const std::size_t> group_of, std::span<const float> weights, const Matrix& alpha) {
  Matrix map(static_cast<std::size_t>(rows.column_count), alpha.columns());
  for (std::int32_t item = 0; item < rows.row_count(); ++item) {
    for (std::size_t cell = 0; cell < rows.row_size(item); ++cell) {
      const auto feature = static_cast<std::size_t>(rows.row_columns(item)[cell]);
      const float factor = weights[group_of[feature]] * rows.row_values(item)[cell];
      std::ranges::transform(map.row(feature), alpha.row(static_cast<std::size_t>(item)), map.row(feature).begin(),
                             [factor](float sum, float value) { return sum + factor * value; });
    }
  }
  return map;
}

Matrix covariance_of(const Matrix& rows) {
  Matrix covariance(rows.columns(), rows.columns());
  std::vector<double> mean(rows.columns(), 0);
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    for (std::size_t column = 0; column < rows.columns(); ++column)
      mean[column] += static_cast<double>(rows.at(row, column)) / static_cast<double>(rows.rows());
  }
  std::vector<float> centred(rows.columns());
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    for (std::size_t column = 0; column < rows.columns(); ++column)
      centred[column] = static_cast<float>(static_cast<double>(rows.at(row, column)) - mean[column]);
    for (std::size_t a = 0; a < centred.size(); ++a) {
      const float factor = centred[a] / static_cast<float>(rows.rows());
      std::ranges::transform(covariance.row(a), centred, covariance.row(a).begin(), [factor](float sum, float value) { return sum + factor * value; });
    }
  }
  return covariance;
}

bool are_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

void put(ByteWriter& out, const Matrix& matrix) {
  out.put(static_cast<std::uint64_t>(matrix.columns()));
  out.put(std::vector<float>(matrix.values().begin(), matrix.values().end()));
}

Expected<Matrix> take_matrix(ByteReader& in) {
  std::uint64_t columns = 0;
  std::vector<float> values;
  in.take(columns);
  in.take(values);
  if (in.is_short() || columns < 1 || columns > 4096 || values.size() % columns != 0 || !are_finite(values))
    return fail(ErrorCode::DataLoss, "cold items: a matrix is broken");
  Matrix matrix(values.size() / columns, columns);
  std::ranges::copy(values, matrix.values().begin());
  return matrix;
}

}  // namespace

Expected<ColdItems> ColdItems::fit(const ColdItemsLesson& lesson, FeatureSpace features, const ColdItemsOptions& options, Progress& progress,
                                   const CancelToken& cancel) {
  CINELOOM_TRY(check(lesson, options));
  const WarmItems warm = collect(lesson, features, options.most_items);
  if (warm.items.size() < kLeastWarm)
    return fail(ErrorCode::InvalidArgument, "expected ten items with events to learn from, found " + std::to_string(warm.items.size()));
  ColdSettings settings;
  for (const FeatureGroup& group : features.groups()) {
    settings.taste_weights.push_back(group.weight);
    settings.popularity_weights.push_back(group.weight > 0 ? group.weight : kFirstGuess);
  }
  if (options.passes > 0) { CINELOOM_TRY_ASSIGN(settings, tune_cold_items(lesson, warm, settings, options, progress, cancel)); }
  progress.begin("mapping features to factors", 2, "maps");
  const Matrix kernel = mixed_kernel(warm.rows, warm.group_of, settings.taste_weights);
  CINELOOM_TRY_ASSIGN(const KernelSolution taste,
                      solve_kernel_ridge(kernel, ridges_of(warm.counts, settings.taste_ridge), warm.factors, options.threads, cancel));
  progress.advance();
  Matrix logs(warm.items.size(), 1);
  std::ranges::transform(warm.counts, logs.values().begin(), [](float count) { return std::log1p(count); });
  const std::vector<float> even(warm.items.size(), settings.popularity_ridge);
  CINELOOM_TRY_ASSIGN(const KernelSolution popular,
                      solve_kernel_ridge(mixed_kernel(warm.rows, warm.group_of, settings.popularity_weights), even, logs, options.threads, cancel));
  // Scales as a cold item meets them: every warm item foretold by the others.
  const Matrix foretold = popular.left_one_out(logs);
  const auto deviation = static_cast<float>(std::sqrt(std::max(1e-12, static_cast<double>(covariance_of(foretold).at(0, 0)))));
  ColdItems model;
  model.map_ = by_feature(warm.rows, warm.group_of, settings.taste_weights, taste.alpha);
  const Matrix popularity_map = by_feature(warm.rows, warm.group_of, settings.popularity_weights, popular.alpha);
  for (const float value : popularity_map.values()) model.popularity_map_.push_back(value / deviation);
  model.mean_factors_ = taste.mean;
  model.covariance_ = covariance_of(taste.left_one_out(warm.factors));
  model.popularity_weight_ = settings.popularity_weight;
  model.tuning_ndcg_ = settings.ndcg;
  model.taste_weights_ = std::move(settings.taste_weights);
  model.popularity_weights_ = std::move(settings.popularity_weights);
  model.features_ = std::move(features);
  progress.finish();
  return model;
}

ColdItem ColdItems::predict(const ItemDescription& item) const {
  ColdItem forecast{.factors = mean_factors_, .popularity = 0};
  for (const FeatureValue& feature : features_.row(item)) {
    const auto index = static_cast<std::size_t>(feature.feature);
    std::ranges::transform(forecast.factors, map_.row(index), forecast.factors.begin(),
                           [v = feature.value](float sum, float value) { return sum + v * value; });
    forecast.popularity += feature.value * popularity_map_[index];
  }
  return forecast;
}

double ColdItems::popularity_scale(std::span<const float> user) const {
  double variance = 0;
  for (std::size_t row = 0; row < user.size(); ++row) variance += static_cast<double>(user[row]) * dot(covariance_.row(row), user);
  return static_cast<double>(popularity_weight_) * std::sqrt(std::max(0.0, variance));
}

double ColdItems::score(std::span<const float> user, const ColdItem& item) const {
  return dot(user, item.factors) + popularity_scale(user) * static_cast<double>(item.popularity);
}

std::vector<FeatureShare> ColdItems::shares(std::span<const float> user, const ItemDescription& item) const {
  const double scale = popularity_scale(user);
  std::vector<FeatureShare> shares;
  for (const FeatureValue& feature : features_.row(item)) {
    const auto index = static_cast<std::size_t>(feature.feature);
    const double whole = dot(user, map_.row(index)) + scale * static_cast<double>(popularity_map_[index]);
    shares.push_back({.feature = feature.feature, .share = static_cast<double>(feature.value) * whole});
  }
  std::ranges::stable_sort(shares, std::greater(), &FeatureShare::share);
  return shares;
}

void ColdItems::write(ByteWriter& out) const {
  out.put(kFormat);
  features_.write(out);
  out.put(taste_weights_);
  out.put(popularity_weights_);
  put(out, map_);
  out.put(popularity_map_);
  out.put(mean_factors_);
  put(out, covariance_);
  out.put(popularity_weight_);
  out.put(tuning_ndcg_);
}

Expected<ColdItems> ColdItems::read(ByteReader& in) {
  std::uint32_t format = 0;
  in.take(format);
  if (in.is_short() || format != kFormat) return fail(ErrorCode::DataLoss, "not a stored model of cold items of format 1");
  ColdItems model;
  CINELOOM_TRY_ASSIGN(model.features_, FeatureSpace::read(in));
  in.take(model.taste_weights_);
  in.take(model.popularity_weights_);
  CINELOOM_TRY_ASSIGN(model.map_, take_matrix(in));
  in.take(model.popularity_map_);
  in.take(model.mean_factors_);
  CINELOOM_TRY_ASSIGN(model.covariance_, take_matrix(in));
  in.take(model.popularity_weight_);
  in.take(model.tuning_ndcg_);
  const auto features = static_cast<std::size_t>(model.features_.size());
  const std::size_t factors = model.map_.columns();
  const std::size_t groups = model.features_.groups().size();
  const bool fits = !in.is_short() && model.map_.rows() == features && model.popularity_map_.size() == features && model.mean_factors_.size() == factors &&
                    model.covariance_.rows() == factors && model.covariance_.columns() == factors && model.taste_weights_.size() == groups &&
                    model.popularity_weights_.size() == groups;
  if (!fits) return fail(ErrorCode::DataLoss, "cold items: shapes disagree");
  if (!are_finite(model.popularity_map_) || !are_finite(model.mean_factors_) || !std::isfinite(model.popularity_weight_)) {
    return fail(ErrorCode::DataLoss, "cold items: a number is not finite");
  }
  return model;
}

}  // namespace cineloom
