#include "pipeline/feeling_reader.h"

#include <algorithm>
#include <map>

#include "pipeline/llm_reader.h"
#include "sentiment/audience.h"
#include "sentiment/audience_moments.h"
#include "sentiment/viewer_mood.h"
#include "text/boilerplate.h"
#include "text/clean.h"

namespace cineloom {
namespace {

Expected<std::optional<TextFeelings>> models_if_there(const std::filesystem::path& folder, std::string_view language) {
  auto models = TextFeelings::load(folder, language);
  if (models) return std::optional(*std::move(models));
  if (models.error().code() == ErrorCode::NotFound) return std::optional<TextFeelings>();
  return std::unexpected(std::move(models).error());
}

std::string cut(std::string_view text, Span span) { return std::string(text.substr(span.begin, span.end - span.begin)); }

}  // namespace

Expected<FeelingReader> FeelingReader::load(const std::filesystem::path& folder, LlmReader* model) {
  CINELOOM_TRY_ASSIGN(FeelingLexicon lexicon, FeelingLexicon::load(folder));
  FeelingReader reader(std::move(lexicon));
  reader.model_ = model;
  CINELOOM_TRY_ASSIGN(reader.english_, models_if_there(folder, "en"));
  CINELOOM_TRY_ASSIGN(reader.chinese_, models_if_there(folder, "zh"));
  // Without the tables traditional characters are read as they stand.
  if (auto script = SimplifiedScript::open()) reader.script_ = *std::move(script);
  return reader;
}

FeelingSources FeelingReader::sources() const {
  return {.lexicon = lexicon_, .english = english_ ? &*english_ : nullptr, .chinese = chinese_ ? &*chinese_ : nullptr};
}

MappedText FeelingReader::simplified(std::string_view text) const {
  if (script_) return script_->convert_mapped(text);
  return {.text = std::string(text), .source = {}};
}

Mood FeelingReader::mood(std::string_view sentence) const {
  const MappedText simple = simplified(sentence);
  auto told = model_ != nullptr ? model_->mood(simple.text) : std::nullopt;
  Mood mood = told ? *std::move(told) : read_mood(simple.text, sources());
  for (MoodEvidence& evidence : mood.evidence) {
    evidence.span = simple.source.source(evidence.span);
    evidence.text = cut(sentence, evidence.span);
  }
  return mood;
}

Feeling FeelingReader::feel(std::string_view text, std::string_view language) const { return feel_text(simplified(text).text, language, sources()); }

std::optional<TextReading> FeelingReader::read(std::string_view text, std::string_view language) const {
  const TextFeelings* models = sources().of(language);
  if (models == nullptr) return std::nullopt;
  const std::string simple = readable(text).text;
  if (const auto told = model_ != nullptr ? model_->review(simple, language) : std::nullopt) return told->reading;
  return models->read(simple);
}

MappedText FeelingReader::readable(std::string_view review) const {
  if (review.find_first_of("<&") == std::string_view::npos) return simplified(review);
  const MappedText plain = is_html_page(review) ? main_text_mapped(review) : strip_html_mapped(review);
  MappedText simple = simplified(plain.text);
  simple.source = plain.source.then(simple.source);
  return simple;
}

AudienceOpinion FeelingReader::audience(std::span<const Review> reviews) const { return audience(reviews, {}, FilmTime(0)); }

AudienceOpinion FeelingReader::audience(std::span<const Review> reviews, const Timeline& timeline, FilmTime duration) const {
  std::vector<Review> simple(reviews.begin(), reviews.end());
  std::map<ReviewId, std::pair<const Review*, SourceMap>> origins;
  for (Review& review : simple) {
    const Review& own = reviews[static_cast<std::size_t>(&review - simple.data())];
    MappedText text = readable(review.text);
    review.text = std::move(text.text);
    origins.emplace(review.id, std::pair(&own, std::move(text.source)));
  }
  ReviewClaimant claimant;
  if (model_ != nullptr) claimant = [this](const Review& review) { return model_->review(review.text, review.language); };
  AudienceOpinion opinion = audience_opinion(simple, sources(), claimant);
  for (auto* list : {&opinion.aspects, &opinion.parts}) {
    for (AspectOpinion& aspect : *list) {
      for (AspectQuote& quote : aspect.quotes) {
        const auto& [own, source] = origins.at(quote.review);
        quote.span = source.source(quote.span);
        for (Span& span : quote.because) span = source.source(span);
        quote.text = strip_html(cut(own->text, quote.span));
      }
    }
  }
  opinion.moments = audience_moments(simple, sources(), timeline, duration);
  for (AudienceMoment& moment : opinion.moments) {
    const auto& [own, source] = origins.at(moment.review);
    moment.span = source.source(moment.span);
    moment.text = strip_html(cut(own->text, moment.span));
  }
  return opinion;
}

}  // namespace cineloom
