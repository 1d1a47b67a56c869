// Whole reviews: the official test parts of IMDB and ChnSentiCorp.
#include <fmt/format.h>
#include <ctime>

#include <cmath>

#include "base/files.h"
#include "parts.h"
#include "sentiment/learning/recipes.h"
#include "sentiment/polarity.h"
#include "text_corpora.h"

namespace cineloom::bench {
namespace {

constexpr int kRuns = 5;

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

Expected<PolarityModel> load_model(const char* name) {
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(models_folder() / name));
  return PolarityModel::load(bytes);
}

struct Verdicts {
  double accuracy = 0;
  double stars_error = 0;   ///< mean absolute
  double brier = 0;
  double texts_per_second = 0;  ///< median of five runs
};

Verdicts judge(const PolarityModel& model, const std::vector<corpora::RatedText>& texts) {
  Verdicts verdicts;
  NgramReader reader = model.reader();
  for (const auto& text : texts) {
    const Polarity found = model.read(text.text, reader);
    const auto count = static_cast<double>(texts.size());
    verdicts.accuracy += (found.margin > 0) == (text.label > 0) ? 1 / count : 0;
    verdicts.stars_error += std::abs(found.stars - static_cast<double>(text.stars)) / count;
    verdicts.brier += std::pow(found.probability - (text.label > 0 ? 1 : 0), 2) / count;
  }
  std::vector<double> speeds;
  for (int run = 0; run < kRuns; ++run) {
    const double begin = processor_seconds();
    double positive = 0;
    for (const auto& text : texts) positive += model.margin(text.text, reader) > 0 ? 1 : 0;
    if (positive > 0) speeds.push_back(static_cast<double>(texts.size()) / (processor_seconds() - begin));
  }
  verdicts.texts_per_second = speeds.empty() ? 0 : median(speeds);
  return verdicts;
}

void measure_english(Report& report) {
  const auto model = load_model("polarity.en.bin");
  const auto texts = corpora::read_imdb(text_folder(), "test");
  if (!model || !texts) {
    for (const char* key : {"imdb_fast_accuracy", "imdb_fast_docs_per_s", "imdb_best_accuracy"}) {
      report.add_missing(key, model ? texts.error().describe() : model.error().describe());
    }
    return;
  }
  const Verdicts verdicts = judge(*model, *texts);
  const auto n = texts->size();
  report.add({.key = "imdb_fast_accuracy", .value = verdicts.accuracy, .n = n, .note = "equal texts once", .bound = Bound{.918, .92, true}});
  report.add({.key = "imdb_fast_docs_per_s",
              .value = verdicts.texts_per_second,
              .unit = "/s",
              .n = kRuns,
              .note = "processor time, raw text",
              .bound = Bound{60'000, 150'000, true}});
  report.add(
      {.key = "imdb_best_accuracy", .value = verdicts.accuracy, .n = n, .note = "the same model: vectors cost no more", .bound = Bound{.927, .937, true}});
  report.add({.key = "imdb_stars_mae", .value = verdicts.stars_error, .unit = "stars of 10", .n = n});
  report.add({.key = "imdb_brier", .value = verdicts.brier, .n = n});
}

/// The collection as it is published has texts of its test part in the others too; peers' figures know them. Both are measured: with
/// them, by a model trained here, and without, by the shipped one.
Expected<void> measure_chinese_reviews(Report& report) {
  CINELOOM_TRY_ASSIGN(const auto test, corpora::read_chnsenticorp(text_folder(), "test"));
  CINELOOM_TRY_ASSIGN(auto known, corpora::read_chnsenticorp(text_folder(), "train"));
  CINELOOM_TRY_ASSIGN(const auto more, corpora::read_chnsenticorp(text_folder(), "dev"));
  known.insert(known.end(), more.begin(), more.end());
  std::vector<LabelledText> labelled;
  for (const auto& text : known) labelled.push_back({.text = text.text, .label = text.label});
  Progress progress;
  CINELOOM_TRY_ASSIGN(const TrainedPolarity trained, train_polarity(labelled, {}, chinese_polarity(), progress, CancelToken()));
  CINELOOM_TRY_ASSIGN(const PolarityModel as_published, PolarityModel::load(trained.bytes));
  const Verdicts verdicts = judge(as_published, test);
  report.add({.key = "chnsenticorp_accuracy",
              .value = verdicts.accuracy,
              .n = test.size(),
              .note = "train and dev as published, repeats and all",
              .bound = Bound{.935, .947, true}});
  report.add({.key = "chnsenticorp_docs_per_s", .value = verdicts.texts_per_second, .unit = "/s", .n = kRuns, .note = "processor time"});
  CINELOOM_TRY_ASSIGN(const PolarityModel shipped, load_model("polarity.zh.bin"));
  report.add(
      {.key = "chnsenticorp_accuracy_unshared", .value = judge(shipped, test).accuracy, .n = test.size(), .note = "the same without what the parts share"});
  return {};
}

}  // namespace

void measure_reviews(Report& report) {
  measure_english(report);
  if (const auto done = measure_chinese_reviews(report); !done) report.add_missing("chnsenticorp_accuracy", done.error().describe());
}

}  // namespace cineloom::bench
