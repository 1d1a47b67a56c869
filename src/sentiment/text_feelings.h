#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "sentiment/affect.h"
#include "sentiment/emotions.h"
#include "sentiment/polarity.h"

namespace cineloom {

/// What trained models say of a text.
struct TextReading {
  Polarity polarity;
  Feeling feeling;                      ///< valence -1 .. 1, arousal 0 .. 1
  std::vector<EmotionWeight> emotions;  ///< those that are present, likeliest first
};

/// Whether the model of valence and arousal is also told how a text is written, which tells of agitation beside its words: marks of
/// exclamation, question and speech, commas, capitals, digits, the length of words and of the text, "I" and "you". For English.
enum class SurfaceHints { Without, With };
/// Whichever of the two a model was trained with.
SurfaceHints surface_hints_of(const AffectModel& affect, const EmotionModel& emotions);

/// What polarity and emotions tell the model of valence and arousal, in its order: each emotion's probability, the polarity's margin
/// and its two parts, the text's length, and how it is written.
std::vector<float> feeling_hints(std::string_view text, const EmotionModel& emotions, const PolarityModel& polarity, SurfaceHints surface);

/// The models of one language. Immutable once loaded; any number of threads may read it.
/// Chinese texts must be in simplified characters.
class TextFeelings {
 public:
  /// Reads polarity.LANGUAGE.bin, emotions.LANGUAGE.bin and affect.LANGUAGE.bin of a folder. Errors: NotFound, DataLoss with the file.
  static Expected<TextFeelings> load(const std::filesystem::path& folder, std::string_view language);

  [[nodiscard]] TextReading read(std::string_view text) const;
  /// The words that made a text good or bad, strongest first.
  [[nodiscard]] std::vector<Evidence> explain_polarity(std::string_view text, std::size_t limit) const { return polarity_.explain(text, limit); }
  [[nodiscard]] const PolarityModel& polarity() const { return polarity_; }
  [[nodiscard]] const EmotionModel& emotions() const { return emotions_; }
  /// The words that speak for an emotion, by its name; empty for a name it does not know.
  [[nodiscard]] std::vector<Evidence> explain_emotion(std::string_view text, std::string_view emotion, std::size_t limit) const;

 private:
  TextFeelings(PolarityModel polarity, EmotionModel emotions, AffectModel affect)
      : polarity_(std::move(polarity)), emotions_(std::move(emotions)), affect_(std::move(affect)) {}

  PolarityModel polarity_;
  EmotionModel emotions_;
  AffectModel affect_;
};

}  // namespace cineloom
