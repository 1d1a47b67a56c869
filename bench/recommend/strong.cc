#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <numeric>

#include "data.h"
#include "film_features.h"
#include "recommend/evaluation/ranking_metrics.h"
#include "recommend/evaluation/significance.h"
#include "recommend/models/ease.h"
#include "recommend/models/ensemble.h"
#include "recommend/models/ials.h"
#include "recommend/models/popularity.h"

namespace cineloom::bench {
namespace {

/// By user.
struct StrongFigures {
  std::vector<double> recall20;
  std::vector<double> recall50;
  std::vector<double> ndcg100;
};

StrongFigures measure(const Scorer& scorer, const StrongSplit::HeldOut& users) {
  StrongFigures figures;
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
    figures.recall20.push_back(recall_at(ranked, users.hidden[user], 20));
    figures.recall50.push_back(recall_at(ranked, users.hidden[user], 50));
    figures.ndcg100.push_back(ndcg_at(ranked, users.hidden[user], 100));
  }
  return figures;
}

double mean(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()); }

std::string in_words(const StrongFigures& figures) {
  return fmt::format("R@20 {:.4f} R@50 {:.4f} N@100 {:.4f}", mean(figures.recall20), mean(figures.recall50), mean(figures.ndcg100));
}

/// a - b over the same users, with its 95 % interval.
std::string difference(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<std::int32_t> users(a.size());
  std::iota(users.begin(), users.end(), 0);
  const auto paired = paired_bootstrap(sum_by_user(users, a, false), sum_by_user(users, b, false), {});
  return fmt::format("{:+.4f} [{:+.4f}, {:+.4f}]", paired.difference, paired.interval.low, paired.interval.high);
}

double seconds_since(std::chrono::steady_clock::time_point start) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }

struct Fitted {
  std::string key;
  std::unique_ptr<Scorer> scorer;
  double seconds = 0;
};

template <class Model>
Expected<Fitted> timed(const std::string& key, const std::function<Expected<Model>()>& fit) {
  const auto start = std::chrono::steady_clock::now();
  CINELOOM_TRY_ASSIGN(Model model, fit());
  return Fitted{.key = key, .scorer = std::make_unique<Model>(std::move(model)), .seconds = seconds_since(start)};
}

/// Validation and test of one model under its own keys; gives the test's.
StrongFigures report_model(const Fitted& fitted, const StrongSplit& split, Report& report) {
  const StrongFigures validation = measure(*fitted.scorer, split.validation);
  StrongFigures test = measure(*fitted.scorer, split.test);
  report.add({.key = "ml1m_strong_" + fitted.key,
              .value = mean(test.ndcg100),
              .unit = "ndcg@100",
              .n = split.test.known.size(),
              .note = fmt::format("test {}; validation {}; fit {:.1f} s", in_words(test), in_words(validation), fitted.seconds)});
  return test;
}

std::string members_in_words(const Ensemble& ensemble) {
  std::string text;
  for (const auto& share : ensemble.shares()) text += fmt::format("{} {:.2f} ({:.4f}), ", share.name, share.weight, share.ndcg);
  return text + fmt::format("together {:.4f} on held-out users of training", ensemble.held_out_ndcg());
}

Expected<void> measure_models(const StrongSplit& split, Report& report) {
  Progress progress;
  const SparseMatrix seen = split.train.matrix();
  SparseMatrix ones = seen;
  std::ranges::fill(ones.values, 1.0F);
  CINELOOM_TRY_ASSIGN(const Fitted ease, timed<Ease>("ease", [&] { return Ease::fit(ones, {.regularization = 500.0F}, progress, CancelToken()); }));
  report_model(ease, split, report);
  const IalsOptions options{.factors = 256, .sweeps = 12, .terms = {}};
  CINELOOM_TRY_ASSIGN(const Fitted ials, timed<Ials>("ials256", [&] { return Ials::fit(ones, options, progress, CancelToken()); }));
  const StrongFigures plain = report_model(ials, split, report);
  CINELOOM_TRY_ASSIGN(const FilmFeatures films, load_film_features(split.item_ids));
  CINELOOM_TRY_ASSIGN(const SparseMatrix content, declared_content(films));
  CINELOOM_TRY_ASSIGN(const Fitted alone, timed<Ensemble>("stacked_without_features", [&] { return Ensemble::fit(ones, {}, {}, progress, CancelToken()); }));
  report_model(alone, split, report);
  CINELOOM_TRY_ASSIGN(const Fitted stacked, timed<Ensemble>("stacked", [&] { return Ensemble::fit(ones, content, {}, progress, CancelToken()); }));
  const StrongFigures best = report_model(stacked, split, report);
  report.add({.key = "ml1m_strong_ndcg100",
              .value = mean(best.ndcg100),
              .n = best.ndcg100.size(),
              .note = "over iALS k256 " + difference(best.ndcg100, plain.ndcg100) + "; " + members_in_words(dynamic_cast<const Ensemble&>(*stacked.scorer)),
              .bound = Bound{.must = 0.434, .aim = 0.445, .is_least = true}});
  report.add({.key = "ml1m_strong_recall20",
              .value = mean(best.recall20),
              .n = best.recall20.size(),
              .note = "over iALS k256 " + difference(best.recall20, plain.recall20),
              .bound = Bound{.must = 0.370, .aim = 0.380, .is_least = true}});
  report.add({.key = "ml1m_strong_fit_s", .value = stacked.seconds, .unit = "s"});
  return {};
}

}  // namespace

void measure_strong(Report& report) {
  const auto split = load_strong();
  if (!split) return report.add_missing("ml1m_strong_ndcg100", split.error().describe());
  // The guide's popularity figures are known to four digits: the evaluator is checked before any model is believed.
  const StrongFigures popular = measure(Popularity(split->train), split->test);
  report.add({.key = "ml1m_strong_popularity_ndcg100", .value = mean(popular.ndcg100), .n = split->test.known.size(), .note = "expected .2063"});
  report.add({.key = "ml1m_strong_popularity_recall20", .value = mean(popular.recall20), .n = split->test.known.size(), .note = "expected .1587"});
  if (const auto done = measure_models(*split, report); !done) report.add_missing("ml1m_strong_ndcg100", done.error().describe());
}

}  // namespace cineloom::bench
