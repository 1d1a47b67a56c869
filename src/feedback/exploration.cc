#include "feedback/exploration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "math/cholesky.h"

namespace cineloom {
namespace {

constexpr int kMostSamples = 100'000;
// Scores of so many draws are held at a time.
constexpr std::size_t kBatch = 32;

bool all_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

Expected<void> require_sound(const TastePosterior& posterior, ConstMatrixView items, double scale) {
  const std::size_t size = posterior.mean.size();
  if (size == 0 || posterior.factor.size() != size * size || items.columns != size) {
    return fail(ErrorCode::InvalidArgument, fmt::format("exploration: expected a mean of k, a factor of k x k and items of n x k, found {}, {} and {} x {}",
                                                        size, posterior.factor.size(), items.rows, items.columns));
  }
  if (!(scale >= 0) || !std::isfinite(scale))
    return fail(ErrorCode::InvalidArgument, fmt::format("exploration: expected a scale of 0 or more, found {}", scale));
  bool is_finite = all_finite(posterior.mean) && all_finite(posterior.factor);
  for (std::size_t i = 0; i < size; ++i) is_finite = is_finite && posterior.factor[i * size + i] > 0;
  for (std::size_t i = 0; i < items.rows; ++i) is_finite = is_finite && all_finite({items.data + i * items.stride, items.columns});
  if (is_finite) return {};
  return fail(ErrorCode::InvalidArgument, "exploration: expected finite factors and a Cholesky factor with a positive diagonal");
}

/// w + s L^-T z.
void draw_row(const TastePosterior& posterior, double scale, Random& random, std::span<float> row) {
  for (float& value : row) value = static_cast<float>(random.normal());
  solve_lower_transposed(posterior.factor, row);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = posterior.mean[i] + static_cast<float>(scale) * row[i];
}

/// Scores of `draws` further draws, one per row.
Matrix draw_scores(const TastePosterior& posterior, ConstMatrixView items, double scale, std::size_t draws, Random& random) {
  Matrix rows(draws, posterior.mean.size());
  for (std::size_t draw = 0; draw < draws; ++draw) draw_row(posterior, scale, random, rows.row(draw));
  Matrix scores(draws, items.rows);
  multiply(1, rows, Transpose::No, items, Transpose::Yes, 0, scores);
  return scores;
}

void count(std::span<const std::size_t> shown, const std::vector<std::size_t>& list, std::vector<int>& counts) {
  for (std::size_t i = 0; i < shown.size(); ++i) counts[i] += std::ranges::find(list, shown[i]) == list.end() ? 0 : 1;
}

}  // namespace

Expected<double> exploration_scale(const ExplorationOptions& options) {
  if (!(options.budget >= 0 && options.budget <= 1)) {
    return fail(ErrorCode::InvalidArgument, fmt::format("an exploration budget: expected 0 to 1, found {}", options.budget));
  }
  if (options.evidence < 0 || !(options.half_evidence > 0) || !(options.deviation > 0) || !std::isfinite(options.deviation)) {
    return fail(ErrorCode::InvalidArgument, "exploration: evidence cannot be negative, its half and the deviation must be positive");
  }
  return options.budget * options.deviation * std::sqrt(options.half_evidence / (options.half_evidence + options.evidence));
}

Seed visit_seed(ViewerId viewer, Timestamp visit_begin) {
  const Seed own = derive_seed(Seed{0}, static_cast<std::uint64_t>(viewer.number()));
  return derive_seed(own, static_cast<std::uint64_t>(visit_begin.time_since_epoch().count()));
}

Expected<std::vector<float>> sampled_scores(const TastePosterior& posterior, ConstMatrixView items, double scale, Seed seed) {
  CINELOOM_TRY(require_sound(posterior, items, scale));
  Random random(seed);
  const Matrix scores = draw_scores(posterior, items, scale, 1, random);
  return std::vector<float>(scores.values().begin(), scores.values().end());
}

ListMaker top_list(std::size_t count) {
  return [count](std::span<const float> scores) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(count, order.size()));
    std::partial_sort(order.begin(), end, order.end(), [&](std::size_t a, std::size_t b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
    order.erase(end, order.end());
    return order;
  };
}

Expected<std::vector<double>> propensities(const TastePosterior& posterior, ConstMatrixView items, const PropensityRequest& request) {
  CINELOOM_TRY(require_sound(posterior, items, request.scale));
  if (request.samples < 1 || request.samples > kMostSamples)
    return fail(ErrorCode::InvalidArgument, fmt::format("expected 1 to {} samples, found {}", kMostSamples, request.samples));
  if (std::ranges::any_of(request.shown, [&](std::size_t item) { return item >= items.rows; }))
    return fail(ErrorCode::InvalidArgument, "a shown item is not among the items");
  if (request.scale <= 0) return std::vector<double>(request.shown.size(), 1.0);
  std::vector<int> counts(request.shown.size(), 1);
  Random random(request.seed);
  const auto samples = static_cast<std::size_t>(request.samples);
  for (std::size_t done = 0; done < samples; done += kBatch) {
    const Matrix scores = draw_scores(posterior, items, request.scale, std::min(kBatch, samples - done), random);
    for (std::size_t draw = 0; draw < scores.rows(); ++draw) count(request.shown, request.make_list(scores.row(draw)), counts);
  }
  std::vector<double> result;
  for (const int times : counts) result.push_back(times / static_cast<double>(samples + 1));
  return result;
}

}  // namespace cineloom
