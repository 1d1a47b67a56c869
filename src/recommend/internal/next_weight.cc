#include "recommend/internal/next_weight.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/internal/taste.h"

namespace cineloom {
namespace {

constexpr std::chrono::minutes kGap{30};  // silence after which a visit is over; as feedback counts visits
constexpr std::size_t kDepth = 10;
constexpr std::size_t kLeastProbes = 20;
// Of a chance to be the very next one, which is small.
constexpr std::array kWeights{0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0};

/// A question in the middle of a visit, and what was liked in the rest of it.
struct VisitProbe {
  std::vector<double> others;  ///< by film: every term but the next one
  std::vector<double> next;
  std::vector<std::uint8_t> is_left_out;
  std::vector<std::int32_t> liked;  ///< sorted
};

std::vector<std::int32_t> rest_of_visit(const Probe& probe) {
  std::vector<std::pair<Timestamp, std::int32_t>> films;
  for (std::size_t i = 0; i < probe.hidden.size(); ++i) films.emplace_back(probe.at[i], probe.hidden[i]);
  std::ranges::sort(films);
  std::vector<std::int32_t> rest;
  Timestamp last = films.front().first;
  for (const auto& [at, film] : films) {
    if (at - last > kGap) break;
    last = at;
    rest.push_back(film);
  }
  std::ranges::sort(rest);
  return rest;
}

std::vector<VisitProbe> visit_probes(const TasteModels& models, const ProbeSplit& split, const BlendWeights& blend) {
  std::vector<VisitProbe> probes;
  for (const Probe& probe : split.probes) {
    const Past& past = split.known[probe.viewer];
    const Timestamp begin = begin_of_visit(past, std::ranges::min(probe.at));
    const Taste taste(models, past, begin);
    if (!taste.is_in_visit()) continue;
    Taste::Terms terms = taste.terms();
    VisitProbe question{.others = blended(models, terms, blend), .next = std::move(terms.next), .is_left_out = {}, .liked = rest_of_visit(probe)};
    question.is_left_out.assign(question.next.size(), 0);
    for (const std::int32_t item : past.seen) question.is_left_out[static_cast<std::size_t>(item)] = 1;
    for (const std::int32_t item : question.liked) question.is_left_out[static_cast<std::size_t>(item)] = 0;
    probes.push_back(std::move(question));
  }
  return probes;
}

double quality(std::span<const VisitProbe> probes, double weight) {
  double sum = 0;
  for (const VisitProbe& probe : probes) {
    std::vector<float> scores(probe.next.size());
    for (std::size_t item = 0; item < scores.size(); ++item) scores[item] = static_cast<float>(probe.others[item] + weight * probe.next[item]);
    sum += ndcg_at(best_items(scores, probe.is_left_out, kDepth), probe.liked, kDepth);
  }
  return sum / static_cast<double>(probes.size());
}

}  // namespace

Timestamp begin_of_visit(const Past& past, Timestamp asked_at) {
  Timestamp begin = asked_at;
  for (auto film = past.films.rbegin(); film != past.films.rend() && begin - film->at <= kGap; ++film) begin = film->at;
  return begin;
}

double choose_next_weight(const TasteModels& models, const ProbeSplit& split, const BlendWeights& blend) {
  if (!models.next()) return 0;
  BlendWeights without = blend;
  without.next = 0;
  const std::vector<VisitProbe> probes = visit_probes(models, split, without);
  if (probes.size() < kLeastProbes) return 0;
  return *std::ranges::max_element(kWeights, {}, [&](double weight) { return quality(probes, weight); });
}

}  // namespace cineloom
