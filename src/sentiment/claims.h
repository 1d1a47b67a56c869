#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/feeling.h"
#include "sentiment/text_feelings.h"

/// What another reader, such as a language model, claims of a text in JSON, held against the text: words that are quoted must stand in
/// it, names must be known, numbers in range. One claim that does not hold makes the whole answer worth nothing.
/// Errors of all: InvalidArgument with the claim that does not hold.
namespace cineloom {

/// Aspects that a claim may name.
inline constexpr std::array<std::string_view, 10> kAspectNames = {"story",  "acting",     "picture",  "music",   "pace",
                                                                  "ending", "characters", "dialogue", "effects", "value"};

struct ClaimedJudgement {
  std::string aspect;  ///< of kAspectNames
  double valence = 0;  ///< -1 .. 1, not 0
  Span span;           ///< the words that judge, in the review
};

/// A review as it was read as a whole, and what it judges.
struct ReviewClaims {
  TextReading reading;
  std::vector<ClaimedJudgement> judgements;
};

/// {"positive": 0..1, "stars": 1..10, "valence": -1..1, "arousal": 0..1, "because": quote, "emotions": [{"name", "weight", "quote"}],
/// "judgements": [{"aspect", "valence", "quote"}]}
Expected<ReviewClaims> check_review_claims(std::string_view answer, std::string_view review);

/// {"findings": [{"kind", "quote", "value", "valence", "arousal", "minutes"}], "emotions": [...]}; a finding is a "feeling" or a "wish"
/// with valence and arousal, a number of "minutes", or a "genre", an "avoid", a "company" or a "language" with a value that read_mood() knows. An
/// answer without findings does not hold either: it may come from a reader that can do no better.
Expected<Mood> check_mood_claims(std::string_view answer, std::string_view sentence);

}  // namespace cineloom
