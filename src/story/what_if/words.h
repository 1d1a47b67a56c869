#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cineloom::what_if {

/// A word of a text: a run of letters and digits (with apostrophes and hyphens inside), or one Han character.
struct Word {
  std::string_view text;
  std::string lower;       ///< small letters, without a possessive ending; typographic apostrophes are plain
  bool ends_clause = false;
  bool ends_sentence = false;
};

std::vector<Word> words_of(std::string_view text);

/// Sentences without the blanks around them.
std::vector<std::string_view> sentences_of(std::string_view text);

std::string lower(std::string_view text);

/// Whether `word` stands in the list "|one|two|".
bool is_among(std::string_view list, std::string_view word);

/// The text without blanks at its ends.
std::string_view trimmed(std::string_view text);

/// At most about `bytes` of the text, cut between words and marked; whole characters.
std::string clipped(std::string_view text, std::size_t bytes = 160);

/// A word's beginning, by which its forms are told alike: "blows", "blow", "blowing" -> "blow".
std::string stem(std::string_view lower_word);

/// Whether a sentence leans on what was said or done right before it: it answers, goes on or points back.
bool leans_back(std::string_view text);

}  // namespace cineloom::what_if
