#include <algorithm>
#include <array>
#include <map>

#include "recommend/models/held_out_users.h"
#include "recommend/models/ials.h"

namespace cineloom {
namespace {

// Frequency-scaled regularization makes what is good for a small k good for a large one, so the search is cheap.
constexpr std::int32_t kFactors = 48;
constexpr std::int32_t kSweeps = 8;
constexpr std::size_t kMostTrain = 8000;
constexpr std::size_t kMostHeld = 800;
constexpr std::array kRegularizations{0.0005F, 0.001F, 0.002F, 0.004F, 0.008F, 0.016F, 0.032F, 0.064F};
constexpr std::array kUnobservedWeights{0.02F, 0.05F, 0.1F, 0.2F, 0.4F, 0.8F};

using Place = std::array<std::size_t, 2>;  ///< regularization, unobserved weight

/// Judges places on the grid, each once.
class Search {
 public:
  Search(const HeldOutUsers& held_out, const IalsOptions& options, const CancelToken& cancel) : held_out_(held_out), options_(options), cancel_(cancel) {
    options_.factors = std::min(options.factors, kFactors);
    options_.sweeps = kSweeps;
    options_.solver = IalsSolver::Exact;
  }

  [[nodiscard]] FoldInTerms terms_at(Place place) const {
    return {.regularization = kRegularizations[place[0]], .unobserved_weight = kUnobservedWeights[place[1]], .exponent = options_.terms.exponent};
  }

  Expected<double> quality(Place place) {
    if (const auto known = known_.find(place); known != known_.end()) return known->second;
    IalsOptions options = options_;
    options.terms = terms_at(place);
    Progress silent;
    CINELOOM_TRY_ASSIGN(const Ials model, Ials::fit(held_out_.train, options, silent, cancel_));
    return known_[place] = mean_ndcg(model, held_out_);
  }

  /// Walks along one axis while it gets better.
  Expected<Place> climb(Place best, std::size_t axis, std::size_t size) {
    for (const int step : {1, -1}) {
      for (;;) {
        if (step < 0 ? best[axis] == 0 : best[axis] + 1 == size) break;
        Place next = best;
        next[axis] = step < 0 ? next[axis] - 1 : next[axis] + 1;
        CINELOOM_TRY_ASSIGN(const double here, quality(best));
        CINELOOM_TRY_ASSIGN(const double there, quality(next));
        if (there <= here) break;
        best = next;
      }
    }
    return best;
  }

 private:
  const HeldOutUsers& held_out_;
  IalsOptions options_;
  const CancelToken& cancel_;
  std::map<Place, double> known_;
};

}  // namespace

Expected<FoldInTerms> Ials::choose_terms(const SparseMatrix& seen, const IalsOptions& options, Progress& progress, const CancelToken& cancel) {
  const HeldOutUsers held_out = hold_out_users(seen, kMostTrain, kMostHeld, options.seed);
  if (held_out.users.empty() || held_out.train.size() == 0) return options.terms;
  progress.begin("choosing regularization", 2, "rounds");
  Search search(held_out, options, cancel);
  Place best{4, 3};
  for (int round = 0; round < 2; ++round) {
    const Place before = best;
    CINELOOM_TRY_ASSIGN(best, search.climb(best, 0, kRegularizations.size()));
    CINELOOM_TRY_ASSIGN(best, search.climb(best, 1, kUnobservedWeights.size()));
    progress.advance();
    if (best == before) break;
  }
  progress.finish();
  return search.terms_at(best);
}

}  // namespace cineloom
