#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>

#include "data.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/evaluation/significance.h"
#include "recommend/models/next_item.h"

namespace cineloom::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// The next-item protocol: films with five ratings or more, in exact order; each user's last film is hidden.
struct NextSplit {
  Interactions train;
  std::vector<std::int32_t> hidden;  ///< by user
};

Expected<NextSplit> load_next() {
  CINELOOM_TRY_ASSIGN(const auto sequences, load_ml1m_sequences());
  std::map<std::int32_t, std::int32_t> position_of;
  for (const auto& films : sequences) {
    for (const std::int32_t film : films) ++position_of[film];
  }
  std::erase_if(position_of, [](const auto& entry) { return entry.second < 5; });
  std::int32_t items = 0;
  for (auto& [film, position] : position_of) position = items++;
  NextSplit split;
  std::vector<Interaction> events;
  for (std::size_t user = 0; user < sequences.size(); ++user) {
    std::vector<std::int32_t> films;
    for (const std::int32_t film : sequences[user]) {
      if (position_of.contains(film)) films.push_back(position_of[film]);
    }
    if (films.size() < 2) return fail(ErrorCode::DataLoss, fmt::format("user {} has fewer than two films", user + 1));
    split.hidden.push_back(films.back());
    films.pop_back();
    for (std::size_t i = 0; i < films.size(); ++i)
      events.push_back({.user = static_cast<std::int32_t>(user), .item = films[i], .time = static_cast<std::int64_t>(i)});
  }
  CINELOOM_TRY_ASSIGN(split.train, Interactions::from(events, static_cast<std::int32_t>(sequences.size()), items));
  return split;
}

/// Figures by user of one way to score.
struct Hits {
  std::vector<double> ndcg10;
  std::vector<double> recall10;
  std::vector<double> recall1;
};

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

void add_hit(Hits& hits, std::span<const HistoryEntry> history, std::span<const float> scores, std::int32_t hidden) {
  std::vector<std::uint8_t> is_past(scores.size(), 0);
  for (const HistoryEntry& entry : history) is_past[static_cast<std::size_t>(entry.item)] = 1;
  const auto ranked = best_items(scores, is_past, 10);
  const std::span relevant(&hidden, 1);
  hits.ndcg10.push_back(ndcg_at(ranked, relevant, 10));
  hits.recall10.push_back(full_recall_at(ranked, relevant, 10));
  hits.recall1.push_back(full_recall_at(ranked, relevant, 1));
}

UserSums sums(const std::vector<double>& values) { return {.sums = values, .counts = std::vector<double>(values.size(), 1)}; }

std::string versus(const std::vector<double>& ours, const std::vector<double>& theirs) {
  const PairedDifference difference = paired_bootstrap(sums(ours), sums(theirs), {});
  return fmt::format("closed-form blend {:.4f}; difference {:+.4f}, 95 % [{:+.4f}, {:+.4f}], p {:.4f}", mean(theirs), difference.difference,
                     difference.interval.low, difference.interval.high, difference.p);
}

/// 1 x co-occurrence + .5 x causal ridge (3) + .6 x causal ridge (30) + .6 x EASE (half-life 20), each standardised: the guide's.
float blend_weight(const std::string& member) {
  const std::map<std::string, float> weights{{"near-2", 1.0F}, {"ridge3-3", 0.5F}, {"ridge30-30", 0.6F}, {"ease-20", 0.6F}};
  const auto found = weights.find(member);
  return found == weights.end() ? 0 : found->second;
}

/// Every member alone, and last their closed-form blend.
std::vector<Hits> measure_members(const NextSplit& split, const NextItem& model) {
  const auto members = model.member_weights();
  std::vector<Hits> hits(members.size() + 1);
  Matrix scores(members.size(), static_cast<std::size_t>(split.train.items()));
  for (std::int32_t user = 0; user < split.train.users(); ++user) {
    const auto history = split.train.history(user);
    const std::int32_t hidden = split.hidden[static_cast<std::size_t>(user)];
    model.score_members(history, scores);
    std::vector<float> blend(static_cast<std::size_t>(split.train.items()), 0);
    for (std::size_t member = 0; member < members.size(); ++member) {
      const float weight = blend_weight(members[member].first);
      for (std::size_t item = 0; item < blend.size(); ++item) blend[item] += weight * scores.at(member, item);
      add_hit(hits[member], history, scores.row(member), hidden);
    }
    add_hit(hits.back(), history, blend, hidden);
  }
  return hits;
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

void measure_next(Report& report) {
  const auto split = load_next();
  if (!split) return report.add_missing("ml1m_next_ndcg10", split.error().describe());
  Progress progress;
  const auto before_fit = Clock::now();
  const std::clock_t cpu_before_fit = std::clock();
  const auto model = NextItem::fit(split->train, {.threads = 2}, progress, {});
  const double training = seconds_since(before_fit);
  const double training_cpu = static_cast<double>(std::clock() - cpu_before_fit) / CLOCKS_PER_SEC;
  if (!model) return report.add_missing("ml1m_next_ndcg10", model.error().describe());
  Hits hits;
  std::vector<float> scores(static_cast<std::size_t>(split->train.items()));
  const auto before_score = Clock::now();
  for (std::int32_t user = 0; user < split->train.users(); ++user) {
    model->score(split->train.history(user), scores);
    add_hit(hits, split->train.history(user), scores, split->hidden[static_cast<std::size_t>(user)]);
  }
  const double scoring = 1000 * seconds_since(before_score) / static_cast<double>(split->hidden.size());
  const auto members = measure_members(*split, *model);
  const Hits& blend = members.back();
  const std::uint64_t users = split->hidden.size();
  report.add({.key = "ml1m_next_ndcg10",
              .value = mean(hits.ndcg10),
              .n = users,
              .note = versus(hits.ndcg10, blend.ndcg10),
              .bound = Bound{.must = 0.176, .aim = 0.190, .is_least = true}});
  report.add({.key = "ml1m_next_recall10",
              .value = mean(hits.recall10),
              .n = users,
              .note = versus(hits.recall10, blend.recall10),
              .bound = Bound{.must = 0.302, .aim = 0.33, .is_least = true}});
  report.add({.key = "ml1m_next_recall1", .value = mean(hits.recall1), .n = users, .note = versus(hits.recall1, blend.recall1)});
  report.add({.key = "ml1m_next_train_s",
              .value = training,
              .unit = "s",
              .note = fmt::format("2 threads, {:.1f} CPU s: all members twice and both judges", training_cpu),
              .bound = Bound{.must = 60, .aim = 60}});
  report.add({.key = "ml1m_next_score_ms", .value = scoring, .unit = "ms", .n = users, .note = "per question with its ranking, 1 thread"});
  const auto weights = model->member_weights();
  for (std::size_t member = 0; member < weights.size(); ++member) {
    const auto& [name, weight] = weights[member];
    report.add({.key = "ml1m_next_ndcg10_" + name,
                .value = mean(members[member].ndcg10),
                .n = users,
                .note = fmt::format("alone; R@10 {:.4f}, R@1 {:.4f}; weight {:+.3f}", mean(members[member].recall10), mean(members[member].recall1), weight)});
  }
}

}  // namespace cineloom::bench
