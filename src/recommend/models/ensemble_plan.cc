#include "recommend/models/ensemble_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/thread_pool.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/models/ials.h"

namespace cineloom {
namespace {

constexpr std::size_t kLeastEvents = 5;       // fewer leave nothing to hide after something is known
constexpr std::size_t kLeastHeldOut = 50;     // fewer users say nothing about weights
constexpr std::size_t kMostHeldOut = 2000;
constexpr std::size_t kListLength = 100;
constexpr double kHiddenShare = 0.2;
constexpr double kLeastGain = 1e-5;           // NDCG; smaller steps are noise of rounding

void shuffle(std::span<std::int32_t> values, Random& random) {
  for (std::size_t left = values.size(); left > 1; --left) std::swap(values[left - 1], values[random.below(left)]);
}

std::vector<std::int32_t> draw_users(const SparseMatrix& seen, const EnsembleOptions& options) {
  std::vector<std::int32_t> users;
  for (std::int32_t user = 0; user < seen.row_count(); ++user) {
    if (seen.row_size(user) >= kLeastEvents) users.push_back(user);
  }
  Random random(derive_seed(options.seed, "held out"));
  shuffle(users, random);
  const std::size_t by_memory = std::max(kLeastHeldOut, options.most_cells / static_cast<std::size_t>(std::max(1, seen.column_count)));
  const auto by_share = std::max(kLeastHeldOut, static_cast<std::size_t>(options.held_out * static_cast<double>(seen.row_count())));
  users.resize(std::min({users.size() / 2, by_memory, by_share, kMostHeldOut}));
  std::ranges::sort(users);
  return users;
}

void hide_some(std::span<const std::int32_t> events, Random& random, HeldOutUsers& users) {
  std::vector<std::int32_t> items(events.begin(), events.end());
  shuffle(items, random);
  const auto count = static_cast<std::ptrdiff_t>(std::max(1.0, kHiddenShare * static_cast<double>(items.size())));
  std::vector<std::int32_t> hidden(items.begin(), items.begin() + count);
  std::vector<HistoryEntry> known;
  std::ranges::sort(hidden);
  for (auto item = items.begin() + count; item != items.end(); ++item) known.push_back({.item = *item});
  users.hidden.push_back(std::move(hidden));
  users.known.push_back(std::move(known));
}

/// Where settings are tried.
struct Trying {
  const HeldOutUsers& users;
  const SparseMatrix& content;
  Progress& progress;
  const CancelToken& cancel;
};

/// The value of the grid that makes the member best alone; the others stay.
template <std::size_t N>
Expected<void> tune(MemberPlan& plan, float CollectiveEaseOptions::* setting, const std::array<float, N>& grid, const Trying& trying) {
  auto& options = std::get<CollectiveEaseOptions>(plan.options);
  float best = options.*setting;
  double best_ndcg = -1;
  for (const float value : grid) {
    options.*setting = value;
    CINELOOM_TRY_ASSIGN(const auto member, fit_member(plan, trying.users.rest, trying.content, trying.progress, trying.cancel));
    const std::array scores{standard_scores(*member, trying.users, options.threads)};
    const double ndcg = blended_ndcg(scores, std::array{1.0F}, trying.users, options.threads);
    if (ndcg <= best_ndcg + kLeastGain) continue;
    best = value;
    best_ndcg = ndcg;
  }
  options.*setting = best;
  return {};
}

Expected<void> plan_ease(const Trying& trying, const EnsembleOptions& options, std::vector<MemberPlan>& plans) {
  const bool has_content = trying.content.size() > 0;
  MemberPlan plan{.name = "ease",
                  .options = CollectiveEaseOptions{.content = has_content ? 1.0F : 0.0F, .memory_budget = options.memory_budget, .threads = options.threads}};
  if (has_content) CINELOOM_TRY(tune(plan, &CollectiveEaseOptions::content, std::array{0.1F, 0.3F, 1.0F, 3.0F}, trying));
  CINELOOM_TRY(tune(plan, &CollectiveEaseOptions::regularization, std::array{1.0F, 2.0F, 4.0F, 8.0F}, trying));
  plans.push_back(plan);
  // The same under more dropout and without item scales: it errs elsewhere.
  auto& denoising = std::get<CollectiveEaseOptions>(plan.options);
  plan.name = "denoising ease";
  denoising.item_exponent = 0;
  denoising.dropout_ridge = 0.7F;
  denoising.content *= 2;
  plans.push_back(plan);
  return {};
}

/// What iALS chooses with a small k does not always carry over to rows that are weighed and to a large k: it has to beat the
/// published terms there.
Expected<FoldInTerms> choose_factor_terms(const Trying& trying, const EnsembleOptions& options) {
  const IalsOptions ials{.terms = {}, .seed = options.seed, .threads = options.threads};
  CINELOOM_TRY_ASSIGN(FoldInTerms chosen, Ials::choose_terms(trying.users.rest, ials, trying.progress, trying.cancel));
  chosen.exponent = 1;
  FoldInTerms best;
  double best_ndcg = -1;
  for (const FoldInTerms& terms : {FoldInTerms{}, chosen}) {
    const MemberPlan plan{.name = "factors",
                          .options = CollectiveFactorsOptions{
                              .factors = options.factors, .sweeps = options.sweeps, .terms = terms, .seed = options.seed, .threads = options.threads}};
    CINELOOM_TRY_ASSIGN(const auto member, fit_member(plan, trying.users.rest, trying.content, trying.progress, trying.cancel));
    const std::array scores{standard_scores(*member, trying.users, options.threads)};
    const double ndcg = blended_ndcg(scores, std::array{1.0F}, trying.users, options.threads);
    if (ndcg <= best_ndcg + kLeastGain) continue;
    best = terms;
    best_ndcg = ndcg;
  }
  return best;
}

void plan_factors(const FoldInTerms& terms, bool has_content, const EnsembleOptions& options, std::vector<MemberPlan>& plans) {
  for (std::int32_t copy = 0; copy < options.copies; ++copy) {
    CollectiveFactorsOptions factors{.factors = options.factors, .sweeps = options.sweeps, .terms = terms, .threads = options.threads};
    factors.seed = derive_seed(options.seed, static_cast<std::uint64_t>(copy));
    if (has_content) plans.push_back({.name = "factors with features " + std::to_string(copy + 1), .options = factors});
    factors.feature_weight = 0;
    plans.push_back({.name = "factors " + std::to_string(copy + 1), .options = factors});
  }
}

/// Candidate weights in the order they are tried.
std::vector<float> grid_of(bool may_be_negative) {
  std::vector<float> grid;
  for (int step = may_be_negative ? -16 : 0; step <= (may_be_negative ? 8 : 20); ++step)
    grid.push_back(static_cast<float>(step) * (may_be_negative ? 0.05F : 0.1F));
  return grid;
}

}  // namespace

Expected<HeldOutUsers> hold_out(const SparseMatrix& seen, const EnsembleOptions& options) {
  const std::vector<std::int32_t> chosen = draw_users(seen, options);
  if (chosen.empty())
    return fail(ErrorCode::InvalidArgument, "expected at least two users with " + std::to_string(kLeastEvents) + " events or more to learn weights on");
  Random random(derive_seed(options.seed, "hidden events"));
  HeldOutUsers users;
  users.rest.column_count = seen.column_count;
  auto next = chosen.begin();
  for (std::int32_t user = 0; user < seen.row_count(); ++user) {
    const auto events = seen.row_columns(user);
    if (next != chosen.end() && *next == user) {
      hide_some(events, random, users);
      ++next;
      continue;
    }
    users.rest.columns.insert(users.rest.columns.end(), events.begin(), events.end());
    users.rest.begins.push_back(users.rest.columns.size());
  }
  users.rest.values.assign(users.rest.columns.size(), 1.0F);
  return users;
}

Expected<std::unique_ptr<Scorer>> fit_member(const MemberPlan& plan, const SparseMatrix& seen, const SparseMatrix& content, Progress& progress,
                                             const CancelToken& cancel) {
  if (const auto* ease = std::get_if<CollectiveEaseOptions>(&plan.options)) {
    CINELOOM_TRY_ASSIGN_IN(CollectiveEase model, CollectiveEase::fit(seen, content, *ease, progress, cancel), "fitting " + plan.name);
    return std::make_unique<CollectiveEase>(std::move(model));
  }
  CINELOOM_TRY_ASSIGN_IN(CollectiveFactors model, CollectiveFactors::fit(seen, content, std::get<CollectiveFactorsOptions>(plan.options), progress, cancel),
                         "fitting " + plan.name);
  return std::make_unique<CollectiveFactors>(std::move(model));
}

Expected<std::vector<MemberPlan>> plan_members(const HeldOutUsers& users, const SparseMatrix& content, const EnsembleOptions& options, Progress& progress,
                                               const CancelToken& cancel) {
  std::vector<MemberPlan> plans;
  const auto items = static_cast<std::uint64_t>(users.rest.column_count);
  if (2 * sizeof(float) * items * items <= options.memory_budget)
    CINELOOM_TRY(plan_ease({.users = users, .content = content, .progress = progress, .cancel = cancel}, options, plans));
  CINELOOM_TRY_ASSIGN(const FoldInTerms terms, choose_factor_terms({.users = users, .content = content, .progress = progress, .cancel = cancel}, options));
  plan_factors(terms, content.size() > 0, options, plans);
  return plans;
}

void standardize(std::span<float> scores) {
  double sum = 0;
  double squares = 0;
  for (const float score : scores) {
    sum += static_cast<double>(score);
    squares += static_cast<double>(score) * static_cast<double>(score);
  }
  const auto count = static_cast<double>(scores.size());
  const double mean = sum / count;
  const double variance = squares / count - mean * mean;
  const double scale = variance > 1e-12 * (1 + mean * mean) ? 1 / std::sqrt(variance) : 0;
  for (float& score : scores) score = static_cast<float>((static_cast<double>(score) - mean) * scale);
}

Matrix standard_scores(const Scorer& scorer, const HeldOutUsers& users, int threads) {
  Matrix scores(users.known.size(), static_cast<std::size_t>(scorer.items()));
  parallel_for(
      scores.rows(),
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t user = begin; user < end; ++user) {
          scorer.score(users.known[user], scores.row(user));
          standardize(scores.row(user));
        }
      },
      threads);
  return scores;
}

double blended_ndcg(std::span<const Matrix> scores, std::span<const float> weights, const HeldOutUsers& users, int threads) {
  std::vector<double> values(users.known.size(), 0);
  parallel_for(
      values.size(),
      [&](std::size_t begin, std::size_t end) {
        std::vector<float> blend(scores.front().columns());
        std::vector<std::uint8_t> is_known(blend.size());
        for (std::size_t user = begin; user < end; ++user) {
          std::ranges::fill(blend, 0.0F);
          std::ranges::fill(is_known, std::uint8_t{0});
          for (std::size_t member = 0; member < scores.size(); ++member) {
            if (weights[member] == 0) continue;
            std::ranges::transform(blend, scores[member].row(user), blend.begin(), [w = weights[member]](float sum, float score) { return sum + w * score; });
          }
          for (const HistoryEntry& entry : users.known[user]) is_known[static_cast<std::size_t>(entry.item)] = 1;
          values[user] = ndcg_at(best_items(blend, is_known, kListLength), users.hidden[user], kListLength);
        }
      },
      threads);
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Expected<BlendWeights> learn_weights(std::span<const Matrix> scores, const HeldOutUsers& users, int threads, const CancelToken& cancel) {
  BlendWeights best{.weights = std::vector<float>(scores.size(), 1.0F / static_cast<float>(scores.size() - 1)), .ndcg = 0};
  best.weights.back() = 0;
  best.ndcg = blended_ndcg(scores, best.weights, users, threads);
  for (int pass = 0; pass < 3; ++pass) {
    const double before = best.ndcg;
    for (std::size_t member = 0; member < scores.size(); ++member) {
      std::vector<float> tried = best.weights;
      for (const float weight : grid_of(member + 1 == scores.size())) {
        CINELOOM_TRY(cancel.check());
        tried[member] = weight;
        if (const double ndcg = blended_ndcg(scores, tried, users, threads); ndcg > best.ndcg + kLeastGain) best = {.weights = tried, .ndcg = ndcg};
      }
    }
    if (best.ndcg - before < kLeastGain) break;
  }
  return best;
}

}  // namespace cineloom
