#include "sentiment/text_feelings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/files.h"

namespace cineloom {
namespace {

constexpr std::uint64_t kLargestModel = 256ULL << 20U;

template <class Model>
Expected<Model> load_model(const std::filesystem::path& folder, std::string_view name, std::string_view language) {
  const std::filesystem::path file = folder / fmt::format("{}.{}.bin", name, language);
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(file, kLargestModel));
  auto model = Model::load(bytes);
  if (!model) return fail_in(std::move(model).error(), fmt::format("reading '{}'", file.string()));
  return model;
}

}  // namespace

std::vector<float> feeling_hints(std::string_view text, const EmotionModel& emotions, const PolarityModel& polarity) {
  std::vector<float> hints(emotions.size());
  NgramReader emotion_reader = emotions.reader();
  emotions.read(text, emotion_reader, hints);
  for (std::size_t i = 0; i < hints.size(); ++i) hints[i] = static_cast<float>(emotions.probability(i, hints[i]));
  std::array<float, NgramModel::kMostOutputs> parts{};
  NgramReader polarity_reader = polarity.reader();
  const auto ngrams = polarity_reader.read(text);
  polarity.ngrams().read(ngrams, std::span(parts).first(polarity.ngrams().outputs().size()));
  const float length = std::sqrt(static_cast<float>(std::max<std::size_t>(ngrams.size(), 1)));
  hints.insert(hints.end(), {parts[0] + parts[1], parts[0] / length, parts[1], std::log(length)});
  return hints;
}

Expected<TextFeelings> TextFeelings::load(const std::filesystem::path& folder, std::string_view language) {
  CINELOOM_TRY_ASSIGN(auto polarity, load_model<PolarityModel>(folder, "polarity", language));
  CINELOOM_TRY_ASSIGN(auto emotions, load_model<EmotionModel>(folder, "emotions", language));
  CINELOOM_TRY_ASSIGN(auto affect, load_model<AffectModel>(folder, "affect", language));
  if (affect.hints() != emotions.size() + 4) {
    return fail(ErrorCode::DataLoss, fmt::format("the models of '{}' in '{}' were not trained together", language, folder.string()));
  }
  return TextFeelings(std::move(polarity), std::move(emotions), std::move(affect));
}

TextReading TextFeelings::read(std::string_view text) const {
  NgramReader polarity_reader = polarity_.reader();
  NgramReader emotion_reader = emotions_.reader();
  NgramReader affect_reader = affect_.reader();
  return {.polarity = polarity_.read(text, polarity_reader),
          .feeling = affect_.read(text, affect_reader, feeling_hints(text, emotions_, polarity_)),
          .emotions = emotions_.emotions(text, emotion_reader)};
}

std::vector<Evidence> TextFeelings::explain_emotion(std::string_view text, std::string_view emotion, std::size_t limit) const {
  for (std::size_t i = 0; i < emotions_.size(); ++i) {
    if (emotions_.name(i) == emotion) return emotions_.explain(text, i, limit);
  }
  return {};
}

}  // namespace cineloom
