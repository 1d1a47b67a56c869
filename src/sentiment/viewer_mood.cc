#include "sentiment/viewer_mood.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <functional>

#include "base/utf8.h"
#include "sentiment/internal/mood_clauses.h"
#include "sentiment/internal/mood_words.h"

namespace cineloom {
namespace {

using sentiment::Holder;
using sentiment::MoodClauses;
using sentiment::Stance;

// A model's answer to a clause counts half of a word that is known.
constexpr double kModelWeight = 0.5;
// Sentences are short; more than this is read as its beginning, so that the time stays bounded.
constexpr std::size_t kLongestSentence = 4000;

/// Reads one sentence; positions are bytes of it.
class Reader {
 public:
  Reader(std::string_view sentence, const FeelingSources& sources) : sentence_(sentence), sources_(sources), clauses_(sentence) {}

  Mood read() {
    find_genres();
    find_named(sentiment::kCompanyWords, mood_.constraints.company, "company ");
    find_named(sentiment::kLanguageWords, mood_.constraints.language, "language ");
    find_minutes();
    find_wish();
    find_words();
    find_by_models();
    conclude();
    return std::move(mood_);
  }

 private:
  void add_evidence(Span span, std::string effect) {
    mood_.evidence.push_back({.span = span, .text = std::string(sentence_.substr(span.begin, span.end - span.begin)), .effect = std::move(effect)});
  }

  void add_avoided(Span span, std::string_view what) {
    auto& list = mood_.constraints.avoid;
    if (std::ranges::find(list, what) != list.end()) return;
    list.emplace_back(what);
    add_evidence(span, fmt::format("no {}", what));
  }

  void find_genres() {
    for (const auto& entry : sentiment::kGenreWords) {
      for (const Span& span : clauses_.find(entry.word)) {
        if (is_taken(span) || clauses_.holder(span.begin) == Holder::Other) continue;
        if (clauses_.is_denied(span.begin)) {
          add_avoided(span, entry.meaning);
          continue;
        }
        auto& list = mood_.constraints.genres;
        // "we watched a comedy yesterday" speaks of no wish, but a genre without any wish word is one: "romantic, 90 minutes".
        if (clauses_.is_past(span.begin) || std::ranges::find(list, entry.meaning) != list.end()) continue;
        list.emplace_back(entry.meaning);
        add_evidence(span, fmt::format("genre {}", entry.meaning));
      }
    }
    for (const auto& entry : sentiment::kThemeWords) {
      for (const Span& span : clauses_.find(entry.word)) {
        if (!is_taken(span) && clauses_.is_denied(span.begin) && clauses_.stance(span.begin) != Stance::State) add_avoided(span, entry.meaning);
      }
    }
  }

  template <std::size_t Size>
  void find_named(const std::array<sentiment::WordMeaning, Size>& names, std::string& into, const std::string& effect) {
    for (const auto& entry : names) {
      const auto found = clauses_.find(entry.word);
      if (found.empty() || !into.empty() || is_taken(found.front()) || clauses_.is_denied(found.front().begin)) continue;
      // "my friend is sad" does not say that they watch together.
      if (clauses_.is_subject(found.front())) continue;
      into = entry.meaning;
      add_evidence(found.front(), effect + into);
    }
  }

  void find_minutes() {
    const std::string_view lower = clauses_.lower();
    for (std::size_t at = 0; at < lower.size(); ++at) {
      if (std::isdigit(static_cast<unsigned char>(lower[at])) == 0) continue;
      double number = 0;
      const auto [end, error] = std::from_chars(lower.data() + at, lower.data() + lower.size(), number, std::chars_format::fixed);
      const auto length = std::max<std::size_t>(static_cast<std::size_t>(end - (lower.data() + at)), 1);
      std::string_view rest = lower.substr(at + length);
      while (rest.starts_with(' ') || rest.starts_with('-')) rest.remove_prefix(1);
      int factor = 0;
      for (const std::string_view unit : {"min", "分钟"}) factor = rest.starts_with(unit) ? 1 : factor;
      for (const std::string_view unit : {"hour", "h ", "hr", "小时", "个小时", "个钟"}) factor = rest.starts_with(unit) ? 60 : factor;
      const double minutes = number * factor;
      if (error == std::errc() && minutes >= 1 && minutes <= 1000) {
        mood_.constraints.max_runtime = std::chrono::minutes(std::lround(minutes));
        add_evidence({.begin = at, .end = at + length}, fmt::format("at most {} minutes", std::lround(minutes)));
      }
      at += length;
    }
  }

  /// True where the words were understood as something else already: "something funny" asks for a comedy, it does not report a mood.
  [[nodiscard]] bool is_taken(Span span) const {
    return std::ranges::any_of(mood_.evidence, [&](const auto& known) { return known.span.begin < span.end && span.begin < known.span.end; });
  }

  /// What is asked for by its feeling: "something calm", "不要太吵".
  void find_wish() {
    Feeling sum;
    int count = 0;
    for (const auto& entry : sentiment::kWishedWords) {
      for (const Span& span : clauses_.find(entry.word)) {
        if (clauses_.stance(span.begin) == Stance::State || clauses_.holder(span.begin) == Holder::Other) continue;
        const bool is_denied = clauses_.is_denied(span.begin);
        const Feeling wished = is_denied ? Feeling{.valence = -entry.feeling.valence, .arousal = 1 - entry.feeling.arousal} : entry.feeling;
        sum.valence += wished.valence;
        sum.arousal += wished.arousal;
        ++count;
        if (!is_taken(span)) add_evidence(span, fmt::format("wish: valence {:+.1f}, arousal {:.1f}", wished.valence, wished.arousal));
      }
    }
    if (count > 0) mood_.wish = Feeling{.valence = sum.valence / count, .arousal = sum.arousal / count};
  }

  void add_feeling(const Feeling& feeling, double weight) {
    sum_.valence += weight * feeling.valence;
    sum_.arousal += weight * feeling.arousal;
    weight_ += weight;
  }

  void find_words() {
    for (const FeelingHit& hit : sources_.lexicon.read(sentence_).hits) {
      const std::size_t at = hit.span.begin;
      if (hit.is_negated) denied_.push_back(hit.span);
      // What is wished for or felt by somebody else is not the viewer's state.
      if (clauses_.stance(hit.span.end - 1) == Stance::Wish || clauses_.holder(at) == Holder::Other || is_taken(hit.span)) continue;
      add_feeling(hit.feeling, 1);
      words_.push_back(hit);
      add_evidence(hit.span, fmt::format("valence {:+.1f}, arousal {:.1f}", hit.feeling.valence, hit.feeling.arousal));
    }
  }

  [[nodiscard]] const TextFeelings* model_of(std::string_view clause) const {
    const bool has_han = std::ranges::any_of(clause, [](char byte) { return static_cast<unsigned char>(byte) >= 0xE3; });
    return has_han ? sources_.chinese : sources_.english;
  }

  [[nodiscard]] bool is_inside(Span span, std::span<const Span> spans) const {
    return std::ranges::any_of(spans, [&](const Span& other) { return span.begin < other.end && other.begin < span.end; });
  }

  /// The valence of a clause's known words.
  [[nodiscard]] double said_in(Span clause) const {
    double sum = 0;
    for (const FeelingHit& hit : words_) sum += hit.span.begin >= clause.begin && hit.span.end <= clause.end ? hit.feeling.valence : 0;
    return sum;
  }

  /// Emotions of clauses in which the viewer speaks of themselves. Models read no negation: what they found in denied words is passed over.
  void find_by_models() {
    for (const Span& clause : clauses_.own_states()) {
      const std::string_view text = sentence_.substr(clause.begin, clause.end - clause.begin);
      const TextFeelings* model = model_of(text);
      if (model == nullptr) continue;
      const TextReading reading = model->read(text);
      if (said_in(clause) * reading.feeling.valence < 0) continue;  // words win
      bool is_felt = false;
      for (const EmotionWeight& emotion : reading.emotions) {
        if (emotion.name == "neutral") continue;
        const auto why = model->explain_emotion(text, emotion.name, 1);
        if (why.empty()) continue;
        const Span span{.begin = clause.begin + why.front().span.begin, .end = clause.begin + why.front().span.end};
        if (is_inside(span, denied_) || clauses_.is_denied(span.begin)) continue;
        const std::string name(common_emotion(emotion.name));
        add_emotion(name, emotion.weight);
        if (!is_taken(span)) add_evidence(span, "emotion " + name);
        is_felt = true;
      }
      if (is_felt) add_feeling(spread_feeling(reading.feeling), kModelWeight);
    }
  }

  void add_emotion(const std::string& name, double weight) {
    const auto known = std::ranges::find(mood_.emotions, name, &EmotionWeight::name);
    if (known == mood_.emotions.end()) mood_.emotions.push_back({.name = name, .weight = weight});
    else known->weight = std::max(known->weight, weight);
  }

  void conclude() {
    std::ranges::stable_sort(mood_.evidence, {}, [](const MoodEvidence& evidence) { return evidence.span.begin; });
    if (weight_ == 0) {
      mood_.uncertainty = mood_.evidence.empty() ? 1 : 0.8;
      return;
    }
    mood_.feeling = {.valence = sum_.valence / weight_, .arousal = sum_.arousal / weight_};
    mood_.uncertainty = 1.0 / (1 + weight_);
    // An emotion that contradicts the words is the model's mistake.
    std::erase_if(mood_.emotions, [&](const EmotionWeight& emotion) { return emotion.name == "joy" && mood_.feeling.valence < -0.2; });
    if (mood_.emotions.empty()) add_emotion(place_name(), std::min(1.0, std::abs(mood_.feeling.valence) + 0.2));
    std::ranges::stable_sort(mood_.emotions, std::greater(), &EmotionWeight::weight);
  }

  [[nodiscard]] std::string place_name() const {
    const bool is_excited = mood_.feeling.arousal > 0.55;
    if (mood_.feeling.valence >= 0) return is_excited ? "excitement" : "contentment";
    return is_excited ? "fear or anger" : "sadness";
  }

  std::string_view sentence_;
  FeelingSources sources_;
  MoodClauses clauses_;
  std::vector<FeelingHit> words_;  ///< that tell of the viewer
  std::vector<Span> denied_;       ///< words of feeling that were turned round
  Feeling sum_;
  double weight_ = 0;
  Mood mood_;
};

}  // namespace

Mood read_mood(std::string_view sentence, const FeelingSources& sources) {
  if (sentence.size() > kLongestSentence) {
    std::size_t end = kLongestSentence;
    while (end > 0 && (static_cast<unsigned char>(sentence[end]) & 0xC0U) == 0x80) --end;
    sentence = sentence.substr(0, end);
  }
  return Reader(sentence, sources).read();
}

Mood with_memory(Mood mood, std::span<const PastFeeling> past, std::chrono::seconds half_life) {
  Feeling sum;
  double weight = 0;
  for (const PastFeeling& earlier : past) {
    const double share = std::exp2(-static_cast<double>(std::max<std::int64_t>(earlier.age.count(), 0)) / static_cast<double>(half_life.count()));
    sum.valence += share * earlier.feeling.valence;
    sum.arousal += share * earlier.feeling.arousal;
    weight += share;
  }
  const double memory = (1 - kSurestMemory) * std::min(weight, 1.0) * mood.uncertainty;  // what the sentence says itself needs no memory
  const double own = 1 - mood.uncertainty;
  if (memory <= 0) return mood;
  const double total = own + memory;
  mood.feeling = {.valence = (own * mood.feeling.valence + memory * sum.valence / weight) / total,
                  .arousal = (own * mood.feeling.arousal + memory * sum.arousal / weight) / total};
  mood.uncertainty = 1 - total;
  return mood;
}

}  // namespace cineloom
