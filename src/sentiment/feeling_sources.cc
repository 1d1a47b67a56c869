#include "sentiment/feeling_sources.h"

#include <algorithm>
#include <cmath>

namespace cineloom {
namespace {

constexpr double kModelSpread = 2.5;
constexpr double kMiddleArousal = 0.5;
// A model's answer counts half of a word that is known.
constexpr double kModelWeight = 0.5;
// A clause must say something: weaker feelings are not counted for or against.
constexpr double kClear = 0.15;
// What a clause without known words must reach; short clauses are read less surely than the whole texts that were calibrated on.
constexpr double kSure = 0.9;
constexpr double kSureValence = 0.5;
constexpr std::size_t kReasons = 2;

}  // namespace

const TextFeelings* FeelingSources::of(std::string_view language) const {
  const std::string_view code = language.substr(0, language.find_first_of("-_"));
  return code == "en" ? english : code == "zh" ? chinese : nullptr;
}

std::string_view common_emotion(std::string_view name) {
  if (name == "happy") return "joy";
  if (name == "sad") return "sadness";
  return name == "angry" ? "anger" : name;
}

Feeling spread_feeling(const Feeling& model) {
  return {.valence = std::clamp(kModelSpread * model.valence, -1.0, 1.0),
          .arousal = std::clamp(kMiddleArousal + kModelSpread * (model.arousal - kMiddleArousal), 0.0, 1.0)};
}

Feeling feel_text(std::string_view text, std::string_view language, const FeelingSources& sources) {
  const TextFeeling words = sources.lexicon.read(text);
  const TextFeelings* models = sources.of(language);
  if (models == nullptr) return words.feeling;
  const Feeling model = spread_feeling(models->read(text).feeling);
  const auto count = static_cast<double>(words.hits.size());
  if (count > 0 && words.feeling.valence * model.valence < 0) return words.feeling;
  // Without words the other half is nothing: a feeling that only a model sees is a weak one.
  const double total = std::max(count, kModelWeight) + kModelWeight;
  const Feeling rest = count > 0 ? Feeling{.valence = count * words.feeling.valence, .arousal = count * words.feeling.arousal}
                                 : Feeling{.valence = 0, .arousal = kModelWeight * words.feeling.arousal};
  return {.valence = (rest.valence + kModelWeight * model.valence) / total, .arousal = (rest.arousal + kModelWeight * model.arousal) / total};
}

Judgement judge_clause(std::string_view clause, std::string_view language, const FeelingSources& sources) {
  Judgement judgement;
  const TextFeeling words = sources.lexicon.read(clause);
  if (!words.hits.empty()) {
    if (std::abs(words.feeling.valence) < kClear) return judgement;
    judgement.valence = words.feeling.valence;
    for (const FeelingHit& hit : words.hits) judgement.because.push_back(hit.span);
    return judgement;
  }
  const TextFeelings* models = sources.of(language);
  if (models == nullptr) return judgement;
  NgramReader reader = models->polarity().reader();
  const double probability = models->polarity().read(clause, reader).probability;
  if (std::max(probability, 1 - probability) < kSure) return judgement;
  judgement.valence = probability > 0.5 ? kSureValence : -kSureValence;
  for (const Evidence& evidence : models->explain_polarity(clause, kReasons)) judgement.because.push_back(evidence.span);
  return judgement;
}

}  // namespace cineloom
