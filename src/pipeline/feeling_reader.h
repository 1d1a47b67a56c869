#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "domain/event.h"
#include "domain/feeling.h"
#include "domain/knowledge.h"
#include "sentiment/feeling_sources.h"
#include "text/script.h"

namespace cineloom {

class LlmReader;

/// The word list, the trained models of English and Chinese, and the way from traditional to simplified characters, together: what is found
/// points to the text as it was written. A language model is asked first where there is one; the rest answers where it does not. Immutable once
/// loaded; any number of threads may read it.
class FeelingReader {
 public:
  /// Reads a folder of text models; languages whose models are not there are read by the word list alone.
  /// Errors: NotFound without a word list; InvalidArgument with its line; DataLoss for a damaged model, with the file.
  /// `model`, if any, must outlive this.
  static Expected<FeelingReader> load(const std::filesystem::path& folder, LlmReader* model = nullptr);

  [[nodiscard]] Mood mood(std::string_view sentence) const;
  /// Of a spoken line, in a language.
  [[nodiscard]] Feeling feel(std::string_view text, std::string_view language) const;
  /// What a language model or trained models say of a review; nothing for a language without models.
  [[nodiscard]] std::optional<TextReading> read(std::string_view text, std::string_view language) const;
  /// Reviews by languages of their own; quotes point to the reviews as they were written.
  [[nodiscard]] AudienceOpinion audience(std::span<const Review> reviews) const;
  /// The same with what they say of moments of a film that was analysed.
  [[nodiscard]] AudienceOpinion audience(std::span<const Review> reviews, const Timeline& timeline, FilmTime duration) const;

 private:
  explicit FeelingReader(FeelingLexicon lexicon) : lexicon_(std::move(lexicon)) {}
  [[nodiscard]] FeelingSources sources() const;
  [[nodiscard]] MappedText simplified(std::string_view text) const;
  /// A review without markup and what stands around it on a page, in simplified characters.
  [[nodiscard]] MappedText readable(std::string_view review) const;

  FeelingLexicon lexicon_;
  std::optional<TextFeelings> english_;
  std::optional<TextFeelings> chinese_;
  std::optional<SimplifiedScript> script_;
  LlmReader* model_ = nullptr;
};

}  // namespace cineloom
