#include "data.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/models/popularity.h"

namespace cineloom::bench {
namespace {

struct StrongFigures {
  double recall20 = 0;
  double recall50 = 0;
  double ndcg100 = 0;
};

StrongFigures measure(const Scorer& scorer, const StrongSplit::HeldOut& users) {
  StrongFigures sum;
  std::vector<float> scores(static_cast<std::size_t>(scorer.items()));
  for (std::size_t user = 0; user < users.known.size(); ++user) {
    std::vector<HistoryEntry> history;
    std::vector<std::uint8_t> is_known(scores.size(), 0);
    for (const std::int32_t item : users.known[user]) {
      history.push_back({.item = item});
      is_known[static_cast<std::size_t>(item)] = 1;
    }
    scorer.score(history, scores);
    const auto ranked = best_items(scores, is_known, 100);
    sum.recall20 += recall_at(ranked, users.hidden[user], 20);
    sum.recall50 += recall_at(ranked, users.hidden[user], 50);
    sum.ndcg100 += ndcg_at(ranked, users.hidden[user], 100);
  }
  const auto count = static_cast<double>(users.known.size());
  return {.recall20 = sum.recall20 / count, .recall50 = sum.recall50 / count, .ndcg100 = sum.ndcg100 / count};
}

}  // namespace

void measure_strong(Report& report) {
  const auto split = load_strong();
  if (!split) return report.add_missing("ml1m_strong_ndcg100", split.error().describe());
  // The guide's popularity figures are known to four digits: the evaluator is checked before any model is believed.
  const StrongFigures popular = measure(Popularity(split->train), split->test);
  report.add({.key = "ml1m_strong_popularity_ndcg100", .value = popular.ndcg100, .n = split->test.known.size(), .note = "expected .2063"});
  report.add({.key = "ml1m_strong_popularity_recall20", .value = popular.recall20, .n = split->test.known.size(), .note = "expected .1587"});
}

}  // namespace cineloom::bench
