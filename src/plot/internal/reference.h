#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/knowledge.h"

namespace cineloom::plot {

/// A word of a sentence and whether a clause ends behind it.
struct Token {
  std::string word;   ///< as it stands
  std::string plain;  ///< lower case, without a possessive ending
  bool ends_clause = false;
};

/// The words of one sentence.
std::vector<Token> tokens_of(std::string_view sentence);

enum class Pronoun { None, She, He };

/// Who the words of a screenplay's action mean: names, nouns that introduced somebody ("QUILL, a grey heron"), pronouns.
/// Knows only what the text says; somebody who cannot be told apart is nobody.
class References {
 public:
  References(const Timeline& timeline, std::span<const Character> characters);

  /// Forgets who was named; `present` are those who may be meant in the scene.
  void begin_scene(std::span<const std::string> present);
  /// The character whom the word at `at` names, by name or by noun; empty if none.
  [[nodiscard]] std::string named_at(std::span<const Token> tokens, std::size_t at) const;
  /// The character a pronoun means, other than `except`: the last one named whom it fits, else the only one present.
  [[nodiscard]] std::string meant_by(Pronoun pronoun, const std::string& except) const;
  void remember(const std::string& character) { last_named_ = character; }
  /// Somebody unknown was spoken of: pronouns no longer mean the one before.
  void forget() { last_named_.clear(); }

 private:
  [[nodiscard]] bool fits(const std::string& character, Pronoun pronoun) const;
  void learn(std::span<const Token> tokens);

  std::map<std::string, std::string> nouns_;      // "heron" -> "Quill"; also each name's last word
  std::map<std::string, Pronoun> pronouns_;
  std::vector<std::string> present_;
  std::string last_named_;
};

Pronoun pronoun_of(std::string_view plain);

}  // namespace cineloom::plot
