#include "recommend/models/held_out_users.h"

#include <algorithm>
#include <numeric>

#include "recommend/evaluation/ranking_metrics.h"

namespace cineloom {
namespace {

constexpr std::size_t kLeastEvents = 5;
constexpr std::size_t kLeastUsers = 50;
constexpr std::size_t kRanked = 100;

void shuffle(std::vector<HistoryEntry>& entries, Random& random) {
  for (std::size_t i = entries.size(); i > 1; --i) std::swap(entries[i - 1], entries[random.below(i)]);
}

HeldOutUsers::User split(const SparseMatrix& seen, std::int32_t row, Random& random) {
  HeldOutUsers::User user;
  for (std::size_t i = 0; i < seen.row_size(row); ++i) {
    if (seen.row_values(row)[i] > 0) user.known.push_back({.item = seen.row_columns(row)[i], .value = seen.row_values(row)[i]});
  }
  shuffle(user.known, random);
  const std::size_t hidden = std::min(user.known.size(), std::max<std::size_t>(1, user.known.size() / 5));
  for (std::size_t i = 0; i < hidden && user.known.size() > 1; ++i) {
    user.hidden.push_back(user.known.back().item);
    user.known.pop_back();
  }
  std::ranges::sort(user.hidden);
  return user;
}

}  // namespace

HeldOutUsers hold_out_users(const SparseMatrix& seen, std::size_t most_train, std::size_t most_held, Seed seed) {
  Random random(derive_seed(seed, "held-out users"));
  std::vector<std::int32_t> order(static_cast<std::size_t>(seen.row_count()));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  const auto able = static_cast<std::size_t>(std::ranges::count_if(order, [&](std::int32_t row) { return seen.row_size(row) >= kLeastEvents; }));
  const std::size_t wanted = able < kLeastUsers ? 0 : std::min(most_held, able / 10);
  HeldOutUsers held_out;
  held_out.train.column_count = seen.column_count;
  for (const std::int32_t row : order) {
    if (held_out.users.size() < wanted && seen.row_size(row) >= kLeastEvents) {
      held_out.users.push_back(split(seen, row, random));
    } else if (static_cast<std::size_t>(held_out.train.row_count()) < most_train) {
      held_out.train.columns.insert(held_out.train.columns.end(), seen.row_columns(row).begin(), seen.row_columns(row).end());
      held_out.train.values.insert(held_out.train.values.end(), seen.row_values(row).begin(), seen.row_values(row).end());
      held_out.train.begins.push_back(held_out.train.columns.size());
    }
  }
  std::erase_if(held_out.users, [](const HeldOutUsers::User& user) { return user.hidden.empty(); });
  return held_out;
}

double mean_ndcg(const Scorer& scorer, const HeldOutUsers& held_out) {
  double sum = 0;
  std::vector<float> scores(static_cast<std::size_t>(scorer.items()));
  std::vector<std::uint8_t> is_known(scores.size());
  for (const HeldOutUsers::User& user : held_out.users) {
    std::ranges::fill(is_known, std::uint8_t{0});
    for (const HistoryEntry& entry : user.known) is_known[static_cast<std::size_t>(entry.item)] = 1;
    scorer.score(user.known, scores);
    sum += ndcg_at(best_items(scores, is_known, kRanked), user.hidden, kRanked);
  }
  return held_out.users.empty() ? 0 : sum / static_cast<double>(held_out.users.size());
}

}  // namespace cineloom
