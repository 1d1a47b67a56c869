#include "sentiment/text_feelings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "base/files.h"

namespace cineloom {
namespace {

// Beside the emotions: the polarity's margin, its two parts, and the length.
constexpr std::size_t kPolarityHints = 4;
constexpr std::size_t kSurfaceHints = 12;

bool is_letter(char letter) { return std::isalpha(static_cast<unsigned char>(letter)) != 0 || static_cast<unsigned char>(letter) >= 0x80; }
bool is_capital(char letter) { return std::isupper(static_cast<unsigned char>(letter)) != 0; }

/// What is counted of a text's letters and marks.
struct Surface {
  float exclamations = 0;
  float questions = 0;
  float quotes = 0;
  float commas = 0;
  float pauses = 0;  ///< semicolons, colons, dashes
  float capitals = 0;
  float digits = 0;
  float letters = 0;
  float words = 0;
  float first_person = 0;
  float second_person = 0;
  float shouted = 0;  ///< words in capitals

  void add_mark(char mark) {
    exclamations += mark == '!' ? 1.0F : 0.0F;
    questions += mark == '?' ? 1.0F : 0.0F;
    quotes += mark == '"' ? 1.0F : 0.0F;
    commas += mark == ',' ? 1.0F : 0.0F;
    pauses += mark == ';' || mark == ':' || mark == '-' ? 1.0F : 0.0F;
    digits += std::isdigit(static_cast<unsigned char>(mark)) != 0 ? 1.0F : 0.0F;
  }

  void add_word(std::string_view word) {
    constexpr std::array<std::string_view, 5> kFirst = {"i", "my", "me", "we", "our"};
    constexpr std::array<std::string_view, 2> kSecond = {"you", "your"};
    constexpr std::size_t kLongest = 4;
    std::string lower(word.substr(0, kLongest + 1));
    for (char& letter : lower) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    ++words;
    letters += static_cast<float>(word.size());
    capitals += static_cast<float>(std::ranges::count_if(word, is_capital));
    first_person += std::ranges::find(kFirst, lower) != kFirst.end() ? 1.0F : 0.0F;
    second_person += std::ranges::find(kSecond, lower) != kSecond.end() ? 1.0F : 0.0F;
    shouted += word.size() > 1 && std::ranges::all_of(word, is_capital) ? 1.0F : 0.0F;
  }
};

/// How a text is written.
void add_surface(std::string_view text, std::vector<float>& hints) {
  Surface surface;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = static_cast<std::size_t>(std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_letter) - text.begin());
    if (end > at) surface.add_word(text.substr(at, end - at));
    else surface.add_mark(text[at]);
    at = std::max(end, at + 1);
  }
  constexpr float kMany = 3;
  const float words = std::max(surface.words, 1.0F);
  hints.insert(hints.end(),
               {std::min(surface.exclamations, kMany), std::min(surface.questions, kMany), surface.quotes > 0 ? 1.0F : 0.0F, surface.commas / words,
                surface.capitals / std::max(surface.letters, 1.0F), surface.digits / std::max(static_cast<float>(text.size()), 1.0F), surface.letters / words,
                surface.first_person / words, surface.second_person / words, surface.shouted / words, surface.pauses / words, std::sqrt(words)});
}

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

SurfaceHints surface_hints_of(const AffectModel& affect, const EmotionModel& emotions) {
  return affect.hints() > emotions.size() + kPolarityHints ? SurfaceHints::With : SurfaceHints::Without;
}

std::vector<float> feeling_hints(std::string_view text, const EmotionModel& emotions, const PolarityModel& polarity, SurfaceHints surface) {
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
  if (surface == SurfaceHints::With) add_surface(text, hints);
  return hints;
}

Expected<TextFeelings> TextFeelings::load(const std::filesystem::path& folder, std::string_view language) {
  CINELOOM_TRY_ASSIGN(auto polarity, load_model<PolarityModel>(folder, "polarity", language));
  CINELOOM_TRY_ASSIGN(auto emotions, load_model<EmotionModel>(folder, "emotions", language));
  CINELOOM_TRY_ASSIGN(auto affect, load_model<AffectModel>(folder, "affect", language));
  const std::size_t plain = emotions.size() + kPolarityHints;
  if (affect.hints() != plain && affect.hints() != plain + kSurfaceHints) {
    return fail(ErrorCode::DataLoss, fmt::format("the models of '{}' in '{}' were not trained together", language, folder.string()));
  }
  return TextFeelings(std::move(polarity), std::move(emotions), std::move(affect));
}

TextReading TextFeelings::read(std::string_view text) const {
  NgramReader polarity_reader = polarity_.reader();
  NgramReader emotion_reader = emotions_.reader();
  NgramReader affect_reader = affect_.reader();
  return {.polarity = polarity_.read(text, polarity_reader),
          .feeling = affect_.read(text, affect_reader, feeling_hints(text, emotions_, polarity_, surface_hints_of(affect_, emotions_))),
          .emotions = emotions_.emotions(text, emotion_reader)};
}

std::vector<Evidence> TextFeelings::explain_emotion(std::string_view text, std::string_view emotion, std::size_t limit) const {
  for (std::size_t i = 0; i < emotions_.size(); ++i) {
    if (emotions_.name(i) == emotion) return emotions_.explain(text, i, limit);
  }
  return {};
}

}  // namespace cineloom
