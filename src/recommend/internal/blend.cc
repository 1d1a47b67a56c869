#include "recommend/internal/blend.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/internal/next_weight.h"
#include "recommend/internal/taste.h"

namespace cineloom {
namespace {

constexpr std::size_t kLeastLikes = 5;
constexpr std::size_t kDepth = 20;
constexpr std::size_t kBest = 100;
constexpr std::array kLikeWeights{0.0, 0.5, 1.0, 2.0, 4.0, 8.0};
// Popularity ranks what is watched next well and says nothing of this viewer: it may break ties, not make the list.
constexpr std::array kPopularityWeights{0.0, 0.1, 0.2, 0.4};
constexpr int kRounds = 2;
// Every probe's answers over all films are held while the blend is chosen: some 50 bytes each.
constexpr std::size_t kMostCells = 8'000'000;
constexpr std::size_t kFewProbes = 50;  // that are asked however many films there are

std::vector<std::size_t> liked_places(const Past& past) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < past.films.size(); ++place) {
    if (past.films[place].liking > 0) places.push_back(place);
  }
  return places;
}

/// One probe's answers of every model over all films, so that a blend costs a weighted sum.
struct ProbeTerms {
  Taste::Terms terms;
  std::vector<std::uint8_t> left_out;
  std::span<const std::int32_t> hidden;
};

class BlendSearch {
 public:
  BlendSearch(const TasteModels& models, const ProbeSplit& split) : models_(models) {
    for (const Probe& probe : split.probes) {
      const Past& past = split.known[probe.viewer];
      ProbeTerms terms{
          .terms = Taste(models, past).terms(), .left_out = std::vector<std::uint8_t>(static_cast<std::size_t>(models.items()), 0), .hidden = probe.hidden};
      for (const std::int32_t item : past.seen) terms.left_out[static_cast<std::size_t>(item)] = 1;
      for (const std::int32_t item : probe.hidden) terms.left_out[static_cast<std::size_t>(item)] = 0;
      probes_.push_back(std::move(terms));
    }
  }

  /// Tries the values for one weight and keeps the best; the first of equals stays.
  template <class Values>
  void improve(BlendWeights& blend, double BlendWeights::* weight, const Values& values) const {
    double best = quality(blend);
    BlendWeights kept = blend;
    for (const double value : values) {
      BlendWeights tried = blend;
      tried.*weight = value;
      const double reached = quality(tried);
      if (reached <= best + 1e-9) continue;
      best = reached;
      kept = tried;
    }
    blend = kept;
  }

  /// Mean over probes of the standard deviation of their hundred best scores.
  [[nodiscard]] double spread(const BlendWeights& blend) const {
    double sum = 0;
    for (const ProbeTerms& probe : probes_) {
      const std::vector<float> scores = blended(probe, blend);
      const auto best = best_items(scores, probe.left_out, kBest);
      double mean = 0;
      double squares = 0;
      for (const std::int32_t item : best) mean += static_cast<double>(scores[static_cast<std::size_t>(item)]) / static_cast<double>(best.size());
      for (const std::int32_t item : best) squares += std::pow(static_cast<double>(scores[static_cast<std::size_t>(item)]) - mean, 2);
      sum += std::sqrt(squares / static_cast<double>(best.size()));
    }
    return sum / static_cast<double>(probes_.size());
  }

 private:
  [[nodiscard]] std::vector<float> blended(const ProbeTerms& probe, const BlendWeights& blend) const {
    const std::vector<double> sums = cineloom::blended(models_, probe.terms, blend);
    return {sums.begin(), sums.end()};
  }
  [[nodiscard]] double quality(const BlendWeights& blend) const {
    double sum = 0;
    for (const ProbeTerms& probe : probes_) sum += ndcg_at(best_items(blended(probe, blend), probe.left_out, kDepth), probe.hidden, kDepth);
    return sum / static_cast<double>(probes_.size());
  }

  const TasteModels& models_;
  std::vector<ProbeTerms> probes_;
};

}  // namespace

std::size_t most_probed(int wanted, std::size_t films) {
  return std::min(static_cast<std::size_t>(wanted), std::max(kFewProbes, kMostCells / std::max<std::size_t>(films, 1)));
}

ProbeSplit hold_out_last(std::span<const Past> pasts, std::size_t most, Seed seed) {
  ProbeSplit split{.known = {pasts.begin(), pasts.end()}};
  std::vector<std::size_t> viewers;
  for (std::size_t viewer = 0; viewer < pasts.size(); ++viewer) {
    if (liked_places(pasts[viewer]).size() >= kLeastLikes) viewers.push_back(viewer);
  }
  Random random(derive_seed(seed, "probes"));
  for (std::size_t i = viewers.size(); i > 1; --i) std::swap(viewers[i - 1], viewers[random.below(i)]);
  viewers.resize(std::min(most, viewers.size()));
  for (const std::size_t viewer : viewers) {
    std::vector<std::size_t> gone = liked_places(pasts[viewer]);
    gone.erase(gone.begin(), gone.end() - static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, gone.size() / 5)));
    std::ranges::sort(gone, {}, [&](std::size_t place) { return pasts[viewer].films[place].item; });
    Probe probe{.viewer = viewer, .hidden = {}, .at = {}};
    for (const std::size_t place : gone) {
      probe.hidden.push_back(pasts[viewer].films[place].item);
      probe.at.push_back(pasts[viewer].films[place].at);
    }
    std::ranges::sort(gone);
    split.known[viewer] = without_films(pasts[viewer], gone);
    split.probes.push_back(std::move(probe));
  }
  return split;
}

BlendWeights choose_blend(const TasteModels& models, const ProbeSplit& split, const BlendWeights& first) {
  const BlendSearch search(models, split);
  BlendWeights blend = first;
  for (int round = 0; round < kRounds; ++round) {
    search.improve(blend, &BlendWeights::likes, kLikeWeights);
    search.improve(blend, &BlendWeights::together, kLikeWeights);
    search.improve(blend, &BlendWeights::popularity, kPopularityWeights);
  }
  blend.spread = std::max(0.05, search.spread(blend));
  blend.next = choose_next_weight(models, split, blend);
  return blend;
}

}  // namespace cineloom
