#include "recommend/models/private_factors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recommend/internal/private_items.h"

namespace cineloom {
namespace {

/// Noise of each told sum, so that all together are one Gaussian release of the promised loss.
struct NoisePlan {
  double counts = 0;
  std::vector<double> items;  ///< by sweep
  std::vector<double> gram;
};

/// `whole`: noise of the one release that all are worth; shares of its 1/s^2 go to the parts.
NoisePlan plan_noise(double whole, const PrivateFactorsOptions& options) {
  const auto part = [whole](double share) { return whole / std::sqrt(share); };
  NoisePlan plan{.counts = part(static_cast<double>(options.count_share)), .items = {}, .gram = {}};
  double total = 0;
  for (int sweep = 0; sweep < options.sweeps; ++sweep) total += std::pow(static_cast<double>(options.growth), sweep);
  for (int sweep = 0; sweep < options.sweeps; ++sweep) {
    const double share = (1 - static_cast<double>(options.count_share)) * std::pow(static_cast<double>(options.growth), sweep) / total;
    plan.items.push_back(part(share * (1 - static_cast<double>(options.gram_share))));
    plan.gram.push_back(part(share * static_cast<double>(options.gram_share)));
  }
  return plan;
}

bool is_share(float value) { return value > 0 && value < 1; }

Expected<void> check(const SparseMatrix& seen, const SparseMatrix& content, const PrivateFactorsOptions& options) {
  if (seen.size() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  if (content.row_count() != 0 && content.row_count() != seen.column_count) {
    return fail(ErrorCode::InvalidArgument, fmt::format("expected features of {} items, found {}", seen.column_count, content.row_count()));
  }
  if (options.factors < 2 || options.factors > 512)
    return fail(ErrorCode::InvalidArgument, fmt::format("factors: expected 2 to 512, found {}", options.factors));
  if (options.sweeps < 1 || options.sweeps > 20) return fail(ErrorCode::InvalidArgument, fmt::format("sweeps: expected 1 to 20, found {}", options.sweeps));
  if (!is_share(options.count_share) || !is_share(options.gram_share) || !(options.growth > 0)) {
    return fail(ErrorCode::InvalidArgument, "shares of the budget must lie between 0 and 1, and their growth must be positive");
  }
  if (!(options.terms.regularization > 0 && options.terms.unobserved_weight > 0)) {
    return fail(ErrorCode::InvalidArgument, "regularization and unobserved weight must be positive");
  }
  if (!(options.weighting.rise >= 0 && options.weighting.fall >= 0 && options.content_reach >= 0) || options.weighting.familiar < 1) {
    return fail(ErrorCode::InvalidArgument, "powers of fame must not be negative, and the familiar are at least one");
  }
  return {};
}

/// `items` with factors beside them in which items lie by content alone, each as far as it reaches.
Matrix with_content(const Matrix& items, const Matrix& places, std::span<const double> reach, double length) {
  const auto squares = [](std::span<const float> values) { return std::inner_product(values.begin(), values.end(), values.begin(), 0.0); };
  double content = 0;
  for (std::size_t item = 0; item < reach.size(); ++item) content += reach[item] * reach[item] * squares(places.row(item));
  const double scale = content > 0 ? length * std::sqrt(squares(items.values()) / content) : 0;
  Matrix wide(items.rows(), items.columns() + places.columns());
  for (std::size_t item = 0; item < items.rows(); ++item) {
    const auto own = std::ranges::copy(items.row(item), wide.row(item).begin()).out;
    std::ranges::transform(places.row(item), own, [&](float place) { return static_cast<float>(scale * reach[item]) * place; });
  }
  return wide;
}

/// Told counts freed from noise; never so small that an item could not be solved.
std::vector<double> fame_of(const ToldSum& counts, const private_items::ContentPrior& prior, double trust) {
  constexpr double kLeastOfMean = 0.05;
  std::vector<double> fame = prior.denoised({.values = counts.values, .noise = std::vector<double>(counts.values.size(), counts.noise), .before = {}}, trust);
  const double mean = std::accumulate(fame.begin(), fame.end(), 0.0) / static_cast<double>(fame.size());
  for (double& known : fame) known = std::max(known, kLeastOfMean * std::max(mean, 0.01));
  return fame;
}

}  // namespace

PrivateFactorsOptions PrivateFactorsOptions::best_for(const privacy::PrivacyLoss& loss) {
  constexpr double kMuch = 2;
  PrivateFactorsOptions options;
  if (loss.epsilon >= kMuch) {
    options.factors = 20;
    options.sweeps = 4;
    options.growth = 1.6F;
    options.gram_share = 0.05F;
    options.constant = 0.55F;
    options.terms.regularization = 0.002F;
    options.final_content = 1;
  }
  options.loss = loss;
  return options;
}

double PrivateFactors::mu() const {
  privacy::GaussianAccountant accountant;
  for (const ToldSum& sum : told_) accountant.add(sum.noise);
  return accountant.mu();
}

Expected<void> PrivateFactors::tell(std::string what, const privacy::BoundedSum& sum, double noise, privacy::RandomBytes& bytes) {
  CINELOOM_TRY_ASSIGN(std::vector<double> values, sum.told(noise, bytes));
  told_.push_back({.what = std::move(what), .noise = noise, .values = std::move(values)});
  return {};
}

Expected<PrivateFactors> PrivateFactors::fit(const SparseMatrix& seen, const SparseMatrix& content, const PrivateFactorsOptions& options,
                                             privacy::RandomBytes& bytes, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(check(seen, content, options));
  const auto viewers = static_cast<double>(seen.row_count());
  const auto size = static_cast<std::size_t>(options.factors);
  PrivateFactors model;
  model.loss_ = options.loss;
  if (model.loss_.delta == 0) model.loss_.delta = std::pow(std::max(viewers, 2.0), -1.1);
  CINELOOM_TRY_ASSIGN(const double whole, privacy::gaussian_noise(model.loss_));
  const NoisePlan plan = plan_noise(whole, options);
  const Matrix places = content.row_count() == 0 ? Matrix(static_cast<std::size_t>(seen.column_count), 0) : content_basis(content, options.content);
  const private_items::ContentPrior prior(places);
  const private_items::ItemTerms terms{.unobserved_weight = static_cast<double>(options.terms.unobserved_weight),
                                       .regularization = static_cast<double>(options.terms.regularization),
                                       .trust = static_cast<double>(options.content_trust)};

  progress.begin("learning in private", options.sweeps, "sweeps");
  CINELOOM_TRY(model.tell("counts", private_sums::counts(seen), plan.counts, bytes));
  model.fame_ = fame_of(model.told_.back(), prior, terms.trust);
  const std::vector<double> weights = private_sums::item_weights(model.fame_, options.weighting);
  Matrix items;
  for (std::size_t sweep = 0; sweep < plan.items.size(); ++sweep) {
    CINELOOM_TRY(cancel.check());
    const ViewerRows rows =
        sweep == 0 ? ViewerRows::by_content(places, model.fame_, size, options.constant) : ViewerRows::by_factors(FoldIn(std::move(items), options.terms, 0));
    CINELOOM_TRY(model.tell(fmt::format("gram {}", sweep + 1), private_sums::gram(seen, rows), plan.gram[sweep], bytes));
    model.rows_.push_back(rows.whitened(private_sums::square_of(model.told_.back().values, size), plan.gram[sweep]));
    CINELOOM_TRY(model.tell(fmt::format("items {}", sweep + 1), private_sums::items(seen, model.rows_.back(), weights), plan.items[sweep], bytes));
    items = private_items::solve({.items = model.told_.back().values,
                                  .items_noise = plan.items[sweep],
                                  .gram = model.rows_.back().whitened_gram(viewers),
                                  .weights = weights,
                                  .before = model.rows_.back().item_factors()},
                                 model.fame_, viewers, terms, prior);
    progress.advance();
  }
  std::vector<double> reach = private_items::reach_of(model.fame_, viewers, terms.unobserved_weight);
  for (double& far : reach) far = std::pow(far, static_cast<double>(options.content_reach));
  if (options.final_content > 0 && places.columns() > 0) items = with_content(items, places, reach, static_cast<double>(options.final_content));
  model.fold_in_ = FoldIn(std::move(items), options.final_terms, 0);
  progress.finish();
  return model;
}

void PrivateFactors::score(std::span<const HistoryEntry> history, std::span<float> scores) const { fold_in_.score(fold_in_.fold_in(history), scores); }

}  // namespace cineloom
