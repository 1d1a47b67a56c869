#include "recommend/models/ensemble.h"

#include <algorithm>
#include <cmath>

#include "recommend/models/ensemble_plan.h"

namespace cineloom {
namespace {

constexpr std::uint32_t kFormat = 1;
enum class MemberKind : std::uint8_t { Factors, Ease };

std::vector<float> popularity_of(const SparseMatrix& seen) {
  std::vector<float> counts(static_cast<std::size_t>(seen.column_count), 0);
  for (const std::int32_t item : seen.columns) ++counts[static_cast<std::size_t>(item)];
  for (float& count : counts) count = std::log1p(count);
  standardize(counts);
  return counts;
}

/// The same row for everybody.
Matrix repeated(std::span<const float> row, std::size_t times) {
  Matrix rows(times, row.size());
  for (std::size_t index = 0; index < times; ++index) std::ranges::copy(row, rows.row(index).begin());
  return rows;
}

Expected<void> check(const SparseMatrix& seen, const EnsembleOptions& options) {
  if (seen.size() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  if (options.copies < 1 || options.copies > 16) return fail(ErrorCode::InvalidArgument, "copies must lie in 1 .. 16, found " + std::to_string(options.copies));
  if (!(options.held_out >= 0.01 && options.held_out <= 0.5)) return fail(ErrorCode::InvalidArgument, "held_out must lie in 0.01 .. 0.5");
  return {};
}

Expected<std::unique_ptr<Scorer>> read_member(ByteReader& in) {
  MemberKind kind = MemberKind::Factors;
  in.take(kind);
  if (kind == MemberKind::Ease) {
    CINELOOM_TRY_ASSIGN(CollectiveEase model, CollectiveEase::read(in));
    return std::make_unique<CollectiveEase>(std::move(model));
  }
  CINELOOM_TRY_ASSIGN(CollectiveFactors model, CollectiveFactors::read(in));
  return std::make_unique<CollectiveFactors>(std::move(model));
}

}  // namespace

Expected<Ensemble> Ensemble::fit(const SparseMatrix& seen, const SparseMatrix& content, const EnsembleOptions& options, Progress& progress,
                                 const CancelToken& cancel) {
  CINELOOM_TRY(check(seen, options));
  CINELOOM_TRY_ASSIGN(const HeldOutUsers users, hold_out(seen, options));
  CINELOOM_TRY_ASSIGN(const auto plans, plan_members(users, content, options, progress, cancel));
  std::vector<Matrix> scores;
  Ensemble model;
  for (const MemberPlan& plan : plans) {
    CINELOOM_TRY_ASSIGN(const auto member, fit_member(plan, users.rest, content, progress, cancel));
    scores.push_back(standard_scores(*member, users, options.threads));
    model.shares_.push_back({.name = plan.name, .ndcg = blended_ndcg({&scores.back(), 1}, std::vector{1.0F}, users, options.threads)});
  }
  model.popularity_ = popularity_of(users.rest);
  scores.push_back(repeated(model.popularity_, users.known.size()));
  model.shares_.push_back({.name = "popularity", .ndcg = blended_ndcg({&scores.back(), 1}, std::vector{1.0F}, users, options.threads)});
  CINELOOM_TRY_ASSIGN(const BlendWeights learned, learn_weights(scores, users, options.threads, cancel));
  for (std::size_t member = 0; member < learned.weights.size(); ++member) model.shares_[member].weight = learned.weights[member];
  model.held_out_ndcg_ = learned.ndcg;
  scores.clear();
  std::vector<Share> kept;
  for (std::size_t member = 0; member < plans.size(); ++member) {
    if (model.shares_[member].weight == 0) continue;
    CINELOOM_TRY_ASSIGN(auto fitted, fit_member(plans[member], seen, content, progress, cancel));
    model.members_.push_back(std::move(fitted));
    kept.push_back(model.shares_[member]);
  }
  kept.push_back(model.shares_.back());
  model.shares_ = std::move(kept);
  model.popularity_ = popularity_of(seen);
  return model;
}

void Ensemble::score(std::span<const HistoryEntry> history, std::span<float> scores) const {
  // Nothing is known of them: what most have liked, not the negative weight that sharpens a known taste.
  const float weight = history.empty() ? 1.0F : shares_.back().weight;
  std::ranges::transform(popularity_, scores.begin(), [weight](float popularity) { return weight * popularity; });
  if (history.empty()) return;
  std::vector<float> own(scores.size());
  for (std::size_t member = 0; member < members_.size(); ++member) {
    members_[member]->score(history, own);
    standardize(own);
    std::ranges::transform(scores, own, scores.begin(), [w = shares_[member].weight](float sum, float score) { return sum + w * score; });
  }
}

void Ensemble::write(ByteWriter& out) const {
  out.put(kFormat);
  out.put(popularity_);
  out.put(held_out_ndcg_);
  out.put(static_cast<std::uint64_t>(members_.size()));
  for (const Share& share : shares_) {
    out.put(std::string_view(share.name));
    out.put(share.weight);
    out.put(share.ndcg);
  }
  for (const auto& member : members_) {
    const auto* ease = dynamic_cast<const CollectiveEase*>(member.get());
    out.put(ease != nullptr ? MemberKind::Ease : MemberKind::Factors);
    if (ease != nullptr) ease->write(out);
    else dynamic_cast<const CollectiveFactors&>(*member).write(out);
  }
}

Expected<Ensemble> Ensemble::read(ByteReader& in) {
  std::uint32_t format = 0;
  std::uint64_t count = 0;
  Ensemble model;
  in.take(format);
  in.take(model.popularity_);
  in.take(model.held_out_ndcg_);
  in.take(count);
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (in.is_short() || format != kFormat || count > 1000) return fail(ErrorCode::DataLoss, "not a stored ensemble of format 1");
  if (model.popularity_.empty() || !std::ranges::all_of(model.popularity_, is_finite)) return fail(ErrorCode::DataLoss, "ensemble: popularity is not finite");
  model.shares_.resize(count + 1);
  for (Share& share : model.shares_) {
    in.take(share.name);
    in.take(share.weight);
    in.take(share.ndcg);
    if (in.is_short() || !is_finite(share.weight)) return fail(ErrorCode::DataLoss, "ensemble: a weight is missing or not finite");
  }
  for (std::uint64_t index = 0; index < count; ++index) {
    CINELOOM_TRY_ASSIGN_IN(auto member, read_member(in), "reading an ensemble");
    if (member->items() != model.items()) return fail(ErrorCode::DataLoss, "ensemble: members know different items");
    model.members_.push_back(std::move(member));
  }
  return model;
}

}  // namespace cineloom
