#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// How words are cut for searching, the same in every store: Latin words without case and accents, and each Han character, kana or hangul
/// syllable as a word of its own, Han ones by their simplified form, so that in either script a phrase of two Chinese characters is found
/// wherever they stand side by side.
namespace cineloom::store {

/// Takes a word and where it begins and ends in the text; anything but 0 stops the cutting.
using WordSink = std::function<int(std::string_view word, std::size_t begin, std::size_t end)>;

/// Hands each word on, in order; gives what the sink said last, or 0.
int cut_words(std::string_view text, const WordSink& sink);

/// Words that must stand side by side.
struct Phrase {
  std::vector<std::string> words;
  bool is_beginning = false;  ///< the last word may go on: it is of Latin letters
};

/// What a viewer's words ask for: all phrases must be there. Each blank-separated piece is one phrase; what is no word in it parts words,
/// as in the texts.
std::vector<Phrase> phrases_of(std::string_view words);

}  // namespace cineloom::store
