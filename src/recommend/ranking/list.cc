#include "recommend/ranking/list.h"

#include <algorithm>
#include <limits>

namespace cineloom {

std::vector<std::size_t> pick_greedily(std::span<const double> scores, std::span<ListTerm* const> terms, std::size_t count) {
  std::vector<std::size_t> left(scores.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
  std::vector<std::size_t> chosen;
  while (chosen.size() < count && !left.empty()) {
    double most = -std::numeric_limits<double>::infinity();
    auto best = left.begin();
    for (auto candidate = left.begin(); candidate != left.end(); ++candidate) {
      double worth = scores[*candidate];
      for (const ListTerm* term : terms) worth += term->worth(*candidate);
      if (worth <= most) continue;
      most = worth;
      best = candidate;
    }
    chosen.push_back(*best);
    for (ListTerm* term : terms) term->choose(chosen.back());
    left.erase(best);
  }
  return chosen;
}

}  // namespace cineloom
