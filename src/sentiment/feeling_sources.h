#pragma once

#include <string_view>
#include <vector>

#include "domain/feeling.h"
#include "domain/text.h"
#include "sentiment/lexicon.h"
#include "sentiment/text_feelings.h"

namespace cineloom {

/// What feelings are read with: a list of words, and the trained models of languages where they are there. Borrowed.
struct FeelingSources {
  const FeelingLexicon& lexicon;
  const TextFeelings* english = nullptr;
  const TextFeelings* chinese = nullptr;

  /// The models of a language ("en", "zh", with or without a region); null if there are none.
  [[nodiscard]] const TextFeelings* of(std::string_view language) const;
};

/// The six classes of Chinese posts by the names of the English ones; others stay.
std::string_view common_emotion(std::string_view name);

/// A model's place in the plane of feelings, brought to the breadth of the word list's: the models were trained on mild sentences.
Feeling spread_feeling(const Feeling& model);

/// The feeling of what is said: known words, and the models for half a word; where the two disagree, words win.
Feeling feel_text(std::string_view text, std::string_view language, const FeelingSources& sources);

/// Whether a clause praises or blames, and by which words.
struct Judgement {
  double valence = 0;         ///< -1 .. 1, negation and intensity in it; 0 = it does not judge
  std::vector<Span> because;  ///< in the clause, negating words included
};

/// Known words decide; a clause without any is judged if the polarity model is sure.
Judgement judge_clause(std::string_view clause, std::string_view language, const FeelingSources& sources);

}  // namespace cineloom
