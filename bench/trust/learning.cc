#include <fmt/format.h>

#include "parts.h"
#include "privacy/testing/seeded_bytes.h"
#include "private_data.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/models/ials.h"
#include "recommend/models/popularity.h"
#include "recommend/models/private_factors.h"
#include "recommend/taste_models.h"

namespace cineloom::bench {
namespace {

constexpr int kDraws = 20;  // of the noise

double recall20(const Scorer& scorer, const StrongSplit::HeldOut& users) {
  double sum = 0;
  std::vector<float> scores(static_cast<std::size_t>(scorer.items()));
  for (std::size_t user = 0; user < users.known.size(); ++user) {
    std::vector<HistoryEntry> history;
    std::vector<std::uint8_t> is_known(scores.size(), 0);
    for (const std::int32_t item : users.known[user]) {
      history.push_back({.item = item});
      is_known[static_cast<std::size_t>(item)] = 1;
    }
    scorer.score(history, scores);
    sum += recall_at(best_items(scores, is_known, 20), users.hidden[user], 20);
  }
  return sum / static_cast<double>(users.known.size());
}

struct Recalls {
  double mean = 0;
  double low = 1;
  double high = 0;
};

Expected<Recalls> private_recall(const PrivateData& data, double epsilon, int draws) {
  Recalls recalls;
  for (int draw = 0; draw < draws; ++draw) {
    privacy::testing::SeededBytes bytes(static_cast<Seed>(draw + 1));
    Progress progress;
    CINELOOM_TRY_ASSIGN(
        const PrivateFactors model,
        PrivateFactors::fit(data.seen, data.content, PrivateFactorsOptions::best_for({.epsilon = epsilon, .delta = 0}), bytes, progress, CancelToken()));
    const double recall = recall20(model, data.split.test);
    recalls.mean += recall / draws;
    recalls.low = std::min(recalls.low, recall);
    recalls.high = std::max(recalls.high, recall);
  }
  return recalls;
}

Expected<double> open_recall(const PrivateData& data, const IalsOptions& options) {
  Progress progress;
  CINELOOM_TRY_ASSIGN(const Ials model, Ials::fit(data.seen, options, progress, CancelToken()));
  return recall20(model, data.split.test);
}

Expected<void> measure(const PrivateData& data, Report& report) {
  // What training without --private fits for the same task, and the same with settings chosen on the validation viewers.
  CINELOOM_TRY_ASSIGN(const double open, open_recall(data, TasteOptions().likes));
  CINELOOM_TRY_ASSIGN(const double tuned, open_recall(data, {.factors = 128, .sweeps = 12, .terms = {.regularization = 0.008F, .unobserved_weight = 0.2F}}));
  CINELOOM_TRY_ASSIGN(const Recalls silent, private_recall(data, 1000, 1));
  report.add({.key = "dp_open_recall20", .value = open, .n = data.split.test.known.size(), .note = "iALS as trained without --private, k 48"});
  report.add({.key = "dp_tuned_recall20", .value = tuned, .n = data.split.test.known.size(), .note = "iALS k 128, tuned on validation"});
  report.add({.key = "dp_noiseless_recall20", .value = silent.mean, .n = data.split.test.known.size(), .note = "private training at epsilon 1000"});
  report.add({.key = "dp_popularity_recall20", .value = recall20(Popularity(data.split.train), data.split.test), .n = data.split.test.known.size()});
  for (const auto& [epsilon, bound] : {std::pair{5.0, Bound{.must = 0.10, .aim = 0.03}}, std::pair{1.0, Bound{.must = 0.25, .aim = 0.10}}}) {
    CINELOOM_TRY_ASSIGN(const Recalls recalls, private_recall(data, epsilon, kDraws));
    report.add({.key = fmt::format("dp_recall_loss_eps{}", static_cast<int>(epsilon)),
                .value = 1 - recalls.mean / open,
                .n = kDraws,
                .note = fmt::format(
                    "R@20 {:.4f} [{:.4f}, {:.4f}] of {:.4f}; of the tuned {:.4f}: loss {:.3f}; of itself without noise: loss {:.3f}; {} viewers", recalls.mean,
                    recalls.low, recalls.high, open, tuned, 1 - recalls.mean / tuned, 1 - recalls.mean / silent.mean, data.seen.row_count()),
                .bound = bound});
  }
  return {};
}

}  // namespace

void measure_private_learning(Report& report) {
  const auto data = load_private_data();
  const auto done = data ? measure(*data, report) : Expected<void>(std::unexpected(data.error()));
  if (done) return;
  for (const char* key : {"dp_recall_loss_eps5", "dp_recall_loss_eps1"}) report.add_missing(key, done.error().describe());
}

}  // namespace cineloom::bench
