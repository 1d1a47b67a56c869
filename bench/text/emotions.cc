// Emotions and the plane of feelings on the test parts of GoEmotions, EmoBank and the five folds of CVAT.
#include <fmt/format.h>
#include <ctime>

#include <cmath>

#include "base/files.h"
#include "math/statistics.h"
#include "parts.h"
#include "sentiment/learning/recipes.h"
#include "sentiment/text_feelings.h"
#include "text_corpora.h"

namespace cineloom::bench {
namespace {

constexpr int kRuns = 5;

template <class Model>
Expected<Model> load_model(const std::string& name) {
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(models_folder() / (name + ".bin")));
  return Model::load(bytes);
}

double macro_f1(const EmotionModel& model, const std::vector<corpora::ClassedText>& texts) {
  const std::size_t classes = model.size();
  std::vector<double> both(classes, 0);
  std::vector<double> either(classes, 0);
  std::vector<float> answers(classes);
  NgramReader reader = model.reader();
  for (const auto& text : texts) {
    model.read(text.text, reader, answers);
    for (std::size_t k = 0; k < classes; ++k) {
      const bool is_found = model.is_present(k, answers[k]);
      const bool is_there = (text.classes >> k & 1U) != 0;
      both[k] += is_found && is_there ? 1 : 0;
      either[k] += (is_found ? 1 : 0) + (is_there ? 1 : 0);
    }
  }
  double sum = 0;
  for (std::size_t k = 0; k < classes; ++k) sum += either[k] > 0 ? 2 * both[k] / either[k] : 0;
  return sum / static_cast<double>(classes);
}

double texts_per_second(const EmotionModel& model, const std::vector<corpora::ClassedText>& texts) {
  std::vector<double> speeds;
  std::vector<float> answers(model.size());
  NgramReader reader = model.reader();
  for (int run = 0; run < kRuns; ++run) {
    const auto begin = std::clock();
    int present = 0;
    for (int again = 0; again < 4; ++again) {
      for (const auto& text : texts) {
        model.read(text.text, reader, answers);
        for (std::size_t k = 0; k < model.size(); ++k) present += model.is_present(k, answers[k]) ? 1 : 0;
      }
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (present > 0) speeds.push_back(4 * static_cast<double>(texts.size()) / seconds);
  }
  return speeds.empty() ? 0 : median(speeds);
}

struct Agreement {
  double valence = 0;
  double arousal = 0;
};

Agreement agreement(const AffectModel& model, const EmotionModel& emotions, const PolarityModel& polarity, const std::vector<corpora::FeltText>& texts) {
  std::vector<double> columns[4];
  NgramReader reader = model.reader();
  for (const auto& text : texts) {
    const Feeling found = model.read(text.text, reader, feeling_hints(text.text, emotions, polarity, surface_hints_of(model, emotions)));
    columns[0].push_back(found.valence);
    columns[1].push_back(text.feeling.valence);
    columns[2].push_back(found.arousal);
    columns[3].push_back(text.feeling.arousal);
  }
  return {.valence = pearson(columns[0], columns[1]), .arousal = pearson(columns[2], columns[3])};
}

Expected<void> measure_emobank(Report& report) {
  CINELOOM_TRY_ASSIGN(const TextFeelings models, TextFeelings::load(models_folder(), "en"));
  CINELOOM_TRY_ASSIGN(const AffectModel affect, load_model<AffectModel>("affect.en"));
  CINELOOM_TRY_ASSIGN(auto texts, corpora::read_emobank(text_folder()));
  std::erase_if(texts, [](const auto& text) { return text.part != "test"; });
  const Agreement found = agreement(affect, models.emotions(), models.polarity(), texts);
  report.add({.key = "emobank_valence_r", .value = found.valence, .n = texts.size(), .bound = Bound{.62, .70, true}});
  report.add({.key = "emobank_arousal_r", .value = found.arousal, .n = texts.size(), .bound = Bound{.49, .52, true}});
  return {};
}

/// The folds of the collection's authors: trained on four with the recipe of the shipped model, measured on the fifth.
Expected<void> measure_cvat(Report& report) {
  CINELOOM_TRY_ASSIGN(const EmotionModel emotions, load_model<EmotionModel>("emotions.zh"));
  CINELOOM_TRY_ASSIGN(const PolarityModel polarity, load_model<PolarityModel>("polarity.zh"));
  CINELOOM_TRY_ASSIGN(auto texts, corpora::read_chinese_emobank(text_folder(), "CVAT"));
  const std::size_t own = texts.size();
  for (const char* kind : {"CVAS", "CVAP"}) {  // words are held out
    CINELOOM_TRY_ASSIGN(const auto more, corpora::read_chinese_emobank(text_folder(), kind));
    texts.insert(texts.end(), more.begin(), more.end());
  }
  CINELOOM_TRY_ASSIGN(const auto background, corpora::read_chinese_background(text_folder()));
  std::vector<std::string_view> more;
  for (const auto& text : background) more.emplace_back(text.text);
  std::vector<std::vector<float>> hints;
  for (const auto& text : texts) hints.push_back(feeling_hints(text.text, emotions, polarity, SurfaceHints::Without));
  Agreement mean;
  for (const char* fold : {"1", "2", "3", "4", "5"}) {
    std::vector<FeltText> known;
    std::vector<corpora::FeltText> unseen;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i < own && texts[i].part == fold) unseen.push_back(texts[i]);
      else known.push_back({.text = texts[i].text, .feeling = texts[i].feeling, .hints = hints[i], .is_typical = i < own});
    }
    Progress progress;
    CINELOOM_TRY_ASSIGN(const std::string bytes, train_affect(known, more, chinese_affect(), progress, CancelToken()));
    CINELOOM_TRY_ASSIGN(const AffectModel model, AffectModel::load(bytes));
    const Agreement found = agreement(model, emotions, polarity, unseen);
    mean.valence += found.valence / 5;
    mean.arousal += found.arousal / 5;
  }
  report.add({.key = "cvat_valence_r", .value = mean.valence, .n = own, .note = "mean of 5 folds", .bound = Bound{.72, .80, true}});
  report.add({.key = "cvat_arousal_r", .value = mean.arousal, .n = own, .note = "mean of 5 folds", .bound = Bound{.52, .58, true}});
  return {};
}

}  // namespace

void measure_emotions(Report& report) {
  const auto model = load_model<EmotionModel>("emotions.en");
  const auto texts = corpora::read_goemotions(text_folder(), "test");
  if (!model || !texts) {
    const std::string why = model ? texts.error().describe() : model.error().describe();
    report.add_missing("goemotions_macro_f1", why);
    report.add_missing("goemotions_docs_per_s", why);
    return;
  }
  report.add({.key = "goemotions_macro_f1", .value = macro_f1(*model, *texts), .n = texts->size(), .note = "28 classes", .bound = Bound{.48, .50, true}});
  report.add({.key = "goemotions_docs_per_s",
              .value = texts_per_second(*model, *texts),
              .unit = "/s",
              .n = kRuns,
              .note = "processor time, raw text",
              .bound = Bound{100'000, 200'000, true}});
}

void measure_affect(Report& report) {
  if (const auto done = measure_emobank(report); !done) {
    for (const char* key : {"emobank_valence_r", "emobank_arousal_r"}) report.add_missing(key, done.error().describe());
  }
}

void measure_chinese_affect(Report& report) {
  if (const auto done = measure_cvat(report); !done) {
    for (const char* key : {"cvat_valence_r", "cvat_arousal_r"}) report.add_missing(key, done.error().describe());
  }
}

}  // namespace cineloom::bench
