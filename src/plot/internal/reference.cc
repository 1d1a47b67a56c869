#include "plot/internal/reference.h"

#include <algorithm>

#include "plot/internal/sentences.h"

namespace cineloom::plot {
namespace {

constexpr std::string_view kClauseEnds = ",.;:!?()";

bool is_word_byte(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte >= 0x80 || std::isalnum(byte) != 0 || letter == '\'' || letter == '-';
}

std::string plain_of(std::string_view word) {
  std::string plain = lower(word);
  if (plain.ends_with("'s")) plain.resize(plain.size() - 2);
  return plain;
}

}  // namespace

std::vector<Token> tokens_of(std::string_view sentence) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < sentence.size();) {
    std::size_t end = at;
    while (end < sentence.size() && is_word_byte(sentence[end])) ++end;
    if (end > at) tokens.push_back({.word = std::string(sentence.substr(at, end - at)), .plain = plain_of(sentence.substr(at, end - at))});
    if (end < sentence.size() && kClauseEnds.contains(sentence[end]) && !tokens.empty()) tokens.back().ends_clause = true;
    at = end + 1;
  }
  return tokens;
}

Pronoun pronoun_of(std::string_view plain) {
  if (plain == "she" || plain == "her" || plain == "herself") return Pronoun::She;
  return plain == "he" || plain == "his" || plain == "him" || plain == "himself" ? Pronoun::He : Pronoun::None;
}

References::References(const Timeline& timeline, std::span<const Character> characters) {
  // A cue for two ("ANA AND BEN") is nobody; a whole name goes before a last name.
  for (const bool is_whole : {true, false}) {
    for (const Character& character : characters) {
      const auto words = words_of(character.name);
      if (words.empty() || (words.size() == 1) != is_whole || std::ranges::count(words, std::string("and"), lower) > 0) continue;
      nouns_.try_emplace(lower(words.back()), character.name);
    }
  }
  for (const Scene& scene : timeline.scenes) {
    for (const std::string_view sentence : sentences_of(scene.action)) learn(tokens_of(sentence));
  }
}

// "QUILL, a grey heron with ..." makes "heron" mean Quill; the first pronoun behind the only name in a sentence is theirs.
void References::learn(std::span<const Token> tokens) {
  std::string name;
  std::size_t place = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string found = named_at(tokens, i);
    if (found.empty() || found == name) continue;
    if (!name.empty()) return;
    name = found;
    place = i;
  }
  if (name.empty()) return;
  for (std::size_t i = place + 1; i < tokens.size(); ++i) {
    const Pronoun pronoun = pronoun_of(tokens[i].plain);
    if (pronoun == Pronoun::None) continue;
    pronouns_.try_emplace(name, pronoun);
    break;
  }
  const bool is_introduced = tokens[place].ends_clause && place + 3 < tokens.size() && (tokens[place + 1].plain == "a" || tokens[place + 1].plain == "an");
  if (is_introduced && (tokens[place + 3].ends_clause || tokens[place + 4 < tokens.size() ? place + 4 : place + 3].plain == "with")) {
    nouns_.try_emplace(tokens[place + 3].plain, name);
  }
}

void References::begin_scene(std::span<const std::string> present) {
  present_.assign(present.begin(), present.end());
  last_named_.clear();
}

std::string References::named_at(std::span<const Token> tokens, std::size_t at) const {
  const auto found = nouns_.find(tokens[at].plain);
  if (found == nouns_.end()) return {};
  // A noun names somebody only with an article ("the heron"), a name stands without one or in capitals.
  const bool is_name = !tokens[at].word.empty() && tokens[at].word.front() >= 'A' && tokens[at].word.front() <= 'Z';
  const bool has_article = at > 0 && tokens[at - 1].plain == "the";
  return is_name || has_article ? found->second : std::string();
}

bool References::fits(const std::string& character, Pronoun pronoun) const {
  const auto known = pronouns_.find(character);
  return known == pronouns_.end() || known->second == pronoun;
}

std::string References::meant_by(Pronoun pronoun, const std::string& except) const {
  if (!last_named_.empty() && last_named_ != except && fits(last_named_, pronoun)) return last_named_;
  std::string only;
  for (const std::string& character : present_) {
    if (character == except || !fits(character, pronoun)) continue;
    if (!only.empty()) return {};
    only = character;
  }
  return only;
}

}  // namespace cineloom::plot
