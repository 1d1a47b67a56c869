#include "sentiment/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

#include "base/json.h"
#include "sentiment/internal/mood_words.h"

namespace cineloom {
namespace {

struct EmotionClaim {
  std::string name;
  std::optional<double> weight;
  std::string quote;
};
BOOST_DESCRIBE_STRUCT(EmotionClaim, (), (name, weight, quote))

struct JudgementClaim {
  std::string aspect;
  std::optional<double> valence;
  std::string quote;
};
BOOST_DESCRIBE_STRUCT(JudgementClaim, (), (aspect, valence, quote))

struct ReviewAnswer {
  std::optional<double> positive;
  std::optional<double> stars;
  std::optional<double> valence;
  std::optional<double> arousal;
  std::string because;
  std::vector<EmotionClaim> emotions;
  std::vector<JudgementClaim> judgements;
};
BOOST_DESCRIBE_STRUCT(ReviewAnswer, (), (positive, stars, valence, arousal, because, emotions, judgements))

struct FindingClaim {
  std::string kind;
  std::string quote;
  std::string value;
  std::optional<double> valence;
  std::optional<double> arousal;
  std::optional<double> minutes;
};
BOOST_DESCRIBE_STRUCT(FindingClaim, (), (kind, quote, value, valence, arousal, minutes))

struct MoodAnswer {
  std::optional<std::vector<FindingClaim>> findings;
  std::vector<EmotionClaim> emotions;
};
BOOST_DESCRIBE_STRUCT(MoodAnswer, (), (findings, emotions))

constexpr std::size_t kMostClaims = 64;
// Further from certainty than any model is: a probability of 1 has no logarithm of its odds.
constexpr double kSurest = 0.999;

constexpr std::array<std::string_view, 27> kEmotionNames = {
    "admiration",  "amusement",   "anger",          "annoyance",   "approval",      "caring", "confusion", "curiosity", "desire",
    "disgust",     "disapproval", "disappointment", "excitement",  "embarrassment", "fear",   "gratitude", "grief",     "joy",
    "nervousness", "love",        "optimism",       "realization", "pride",         "relief", "remorse",   "sadness",   "surprise"};

std::unexpected<Error> does_not_hold(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

Expected<double> number_in(std::string_view name, std::optional<double> number, double least, double most) {
  if (!number) return does_not_hold(fmt::format("expected a number '{}'", name));
  if (!(*number >= least && *number <= most)) return does_not_hold(fmt::format("{}: expected {} to {}, found {}", name, least, most, *number));
  return *number;
}

bool is_word_byte(char byte) { return std::isalnum(static_cast<unsigned char>(byte)) != 0; }

/// Whether a quote at a place begins or ends inside a Latin word.
bool cuts_a_word(std::string_view text, std::size_t begin, std::size_t end) {
  const bool begins_inside = begin > 0 && is_word_byte(text[begin - 1]) && is_word_byte(text[begin]);
  return begins_inside || (end < text.size() && is_word_byte(text[end - 1]) && is_word_byte(text[end]));
}

/// Where the quoted words stand first. Marks and blanks alone say nothing.
Expected<Span> find_quote(std::string_view quote, std::string_view text) {
  const bool has_letter =
      std::ranges::any_of(quote, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80 || std::isalnum(static_cast<unsigned char>(byte)) != 0; });
  auto at = has_letter ? text.find(quote) : std::string_view::npos;
  while (at != std::string_view::npos && cuts_a_word(text, at, at + quote.size())) at = text.find(quote, at + 1);
  if (at == std::string_view::npos) return does_not_hold(fmt::format("the text has no '{}'", quote));
  return Span{.begin = at, .end = at + quote.size()};
}

template <std::size_t Size>
Expected<void> check_name(std::string_view kind, std::string_view name, const std::array<std::string_view, Size>& names) {
  if (std::ranges::find(names, name) == names.end()) return does_not_hold(fmt::format("there is no {} '{}'", kind, name));
  return {};
}

/// A label that is among the meanings of some words.
template <std::size_t Size>
bool is_meaning(std::string_view value, const std::array<sentiment::WordMeaning, Size>& words) {
  return std::ranges::find(words, value, &sentiment::WordMeaning::meaning) != words.end();
}

Expected<std::vector<EmotionWeight>> check_emotions(const std::vector<EmotionClaim>& claims, std::string_view text) {
  std::vector<EmotionWeight> emotions;
  for (const EmotionClaim& claim : claims) {
    CINELOOM_TRY(check_name("emotion", claim.name, kEmotionNames));
    CINELOOM_TRY(find_quote(claim.quote, text));
    CINELOOM_TRY_ASSIGN(const double weight, number_in("weight", claim.weight, 0, 1));
    const auto known = std::ranges::find(emotions, claim.name, &EmotionWeight::name);
    if (known == emotions.end()) emotions.push_back({.name = claim.name, .weight = weight});
    else known->weight = std::max(known->weight, weight);
  }
  std::ranges::stable_sort(emotions, std::greater(), &EmotionWeight::weight);
  return emotions;
}

template <class T>
Expected<T> read_answer(std::string_view answer) {
  auto read = json::read<T>(answer);
  if (!read) return does_not_hold("the answer is not as it was asked for: " + read.error().message());
  return read;
}

/// Takes one finding after the other into a mood.
class MoodBuilder {
 public:
  explicit MoodBuilder(std::string_view sentence) : sentence_(sentence) {}

  Expected<void> add(const FindingClaim& claim) {
    CINELOOM_TRY_ASSIGN(const Span span, find_quote(claim.quote, sentence_));
    CINELOOM_TRY_ASSIGN(std::string effect, take(claim));
    mood_.evidence.push_back({.span = span, .text = claim.quote, .effect = std::move(effect)});
    return {};
  }

  Mood finish(std::vector<EmotionWeight> emotions) {
    mood_.emotions = std::move(emotions);
    if (feelings_ > 0) mood_.feeling = {.valence = felt_.valence / feelings_, .arousal = felt_.arousal / feelings_};
    if (wishes_ > 0) mood_.wish = Feeling{.valence = wished_.valence / wishes_, .arousal = wished_.arousal / wishes_};
    // As surely as words are read: each finding counts like a known word.
    mood_.uncertainty = feelings_ > 0 ? 1.0 / (1 + feelings_) : mood_.evidence.empty() ? 1 : 0.8;
    std::ranges::stable_sort(mood_.evidence, {}, [](const MoodEvidence& evidence) { return evidence.span.begin; });
    return std::move(mood_);
  }

 private:
  /// What the finding changes, in the words of read_mood().
  Expected<std::string> take(const FindingClaim& claim) {
    if (claim.kind == "feeling") return take_feeling(claim, felt_, feelings_, "");
    if (claim.kind == "wish") return take_feeling(claim, wished_, wishes_, "wish: ");
    if (claim.kind == "minutes") return take_minutes(claim);
    if (claim.kind == "genre") return take_label(claim, is_meaning(claim.value, sentiment::kGenreWords), &mood_.constraints.genres, "genre ");
    if (claim.kind == "avoid") {
      const bool is_known = is_meaning(claim.value, sentiment::kGenreWords) || is_meaning(claim.value, sentiment::kThemeWords);
      return take_label(claim, is_known, &mood_.constraints.avoid, "no ");
    }
    if (claim.kind == "company") return take_label(claim, is_meaning(claim.value, sentiment::kCompanyWords), &mood_.constraints.company, "company ");
    if (claim.kind == "language") return take_label(claim, is_meaning(claim.value, sentiment::kLanguageWords), &mood_.constraints.language, "language ");
    return does_not_hold(fmt::format("there is no finding '{}'", claim.kind));
  }

  static Expected<std::string> take_feeling(const FindingClaim& claim, Feeling& sum, int& count, std::string_view kind) {
    CINELOOM_TRY_ASSIGN(const double valence, number_in("valence", claim.valence, -1, 1));
    CINELOOM_TRY_ASSIGN(const double arousal, number_in("arousal", claim.arousal, 0, 1));
    sum.valence += valence;
    sum.arousal += arousal;
    ++count;
    return fmt::format("{}valence {:+.1f}, arousal {:.1f}", kind, valence, arousal);
  }

  /// The quoted words must speak of a time: a digit or a word for hours and minutes.
  Expected<std::string> take_minutes(const FindingClaim& claim) {
    CINELOOM_TRY_ASSIGN(const double minutes, number_in("minutes", claim.minutes, 1, 1000));
    constexpr std::array<std::string_view, 5> kTimes = {"hour", "minute", "小时", "分钟", "个钟"};
    const bool has_digit = std::ranges::any_of(claim.quote, [](char byte) { return std::isdigit(static_cast<unsigned char>(byte)) != 0; });
    const bool has_time = std::ranges::any_of(kTimes, [&](std::string_view time) { return claim.quote.contains(time); });
    if (!has_digit && !has_time) return does_not_hold(fmt::format("'{}' speaks of no time", claim.quote));
    mood_.constraints.max_runtime = std::chrono::minutes(std::lround(minutes));
    return fmt::format("at most {} minutes", std::lround(minutes));
  }

  static Expected<std::string> take_label(const FindingClaim& claim, bool is_known, std::vector<std::string>* into, std::string_view effect) {
    if (!is_known) return does_not_hold(fmt::format("there is no {} '{}'", claim.kind, claim.value));
    if (std::ranges::find(*into, claim.value) == into->end()) into->push_back(claim.value);
    return std::string(effect) + claim.value;
  }

  static Expected<std::string> take_label(const FindingClaim& claim, bool is_known, std::string* into, std::string_view effect) {
    if (!is_known) return does_not_hold(fmt::format("there is no {} '{}'", claim.kind, claim.value));
    *into = claim.value;
    return std::string(effect) + claim.value;
  }

  std::string_view sentence_;
  Mood mood_;
  Feeling felt_;
  Feeling wished_;
  int feelings_ = 0;
  int wishes_ = 0;
};

}  // namespace

Expected<ReviewClaims> check_review_claims(std::string_view answer, std::string_view review) {
  CINELOOM_TRY_ASSIGN(const ReviewAnswer read, read_answer<ReviewAnswer>(answer));
  if (read.emotions.size() + read.judgements.size() > kMostClaims) return does_not_hold("more is claimed than a review can say");
  CINELOOM_TRY(find_quote(read.because, review));
  ReviewClaims claims;
  Polarity& polarity = claims.reading.polarity;
  CINELOOM_TRY_ASSIGN(polarity.probability, number_in("positive", read.positive, 0, 1));
  const double odds = std::clamp(polarity.probability, 1 - kSurest, kSurest);
  polarity.margin = std::log(odds / (1 - odds));
  CINELOOM_TRY_ASSIGN(polarity.stars, number_in("stars", read.stars, 1, 10));
  CINELOOM_TRY_ASSIGN(claims.reading.feeling.valence, number_in("valence", read.valence, -1, 1));
  CINELOOM_TRY_ASSIGN(claims.reading.feeling.arousal, number_in("arousal", read.arousal, 0, 1));
  CINELOOM_TRY_ASSIGN(claims.reading.emotions, check_emotions(read.emotions, review));
  for (const JudgementClaim& claim : read.judgements) {
    CINELOOM_TRY(check_name("aspect", claim.aspect, kAspectNames));
    CINELOOM_TRY_ASSIGN(const double valence, number_in("valence", claim.valence, -1, 1));
    CINELOOM_TRY_ASSIGN(const Span span, find_quote(claim.quote, review));
    if (valence != 0) claims.judgements.push_back({.aspect = claim.aspect, .valence = valence, .span = span});
  }
  return claims;
}

Expected<Mood> check_mood_claims(std::string_view answer, std::string_view sentence) {
  CINELOOM_TRY_ASSIGN(const MoodAnswer read, read_answer<MoodAnswer>(answer));
  if (!read.findings || read.findings->empty()) return does_not_hold("expected findings");
  if (read.findings->size() + read.emotions.size() > kMostClaims) return does_not_hold("more is claimed than a sentence can say");
  MoodBuilder builder(sentence);
  for (const FindingClaim& claim : *read.findings) CINELOOM_TRY(builder.add(claim));
  CINELOOM_TRY_ASSIGN(std::vector<EmotionWeight> emotions, check_emotions(read.emotions, sentence));
  return builder.finish(std::move(emotions));
}

}  // namespace cineloom
