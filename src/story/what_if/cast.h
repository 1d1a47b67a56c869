#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/knowledge.h"

namespace cineloom::what_if {

enum class Gender { Unknown, She, He };

/// A character named in a text.
struct Mention {
  int character = 0;
  bool is_capital = false;       ///< with a capital letter, so it is a name whoever is there
  bool is_introduction = false;  ///< in capitals, as screenplays bring somebody in
  bool is_owner = false;         ///< only as somebody's: "Mira's scarf"
};

/// Who is in a film, and by which words the film calls them: names, unique parts of names ("Norther"), nouns that brought them in ("QUILL,
/// a grey heron"). Built and asked in linear time.
class Cast {
 public:
  explicit Cast(const FilmKnowledge& film);

  [[nodiscard]] int size() const { return static_cast<int>(names_.size()); }
  [[nodiscard]] const std::string& name(int character) const { return names_[static_cast<std::size_t>(character)]; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] Gender gender(int character) const { return genders_[static_cast<std::size_t>(character)]; }
  [[nodiscard]] double importance(int character) const { return importance_[static_cast<std::size_t>(character)]; }
  /// -1 = nobody of that name; in any case of letters.
  [[nodiscard]] int find(std::string_view name) const;
  /// Who speaks under a speaker's label; "Edward And Will" are two.
  [[nodiscard]] std::vector<int> speakers(std::string_view label) const;
  /// In the order of the text, each once.
  [[nodiscard]] std::vector<Mention> mentions(std::string_view text) const;

 private:
  struct Called {
    std::vector<std::string> words;  ///< lower case; the first is the key
    int character = 0;
    bool is_noun = false;
  };
  void call(std::string_view words, int character, bool is_noun);
  void add_unique_parts();
  void add_nouns(const FilmKnowledge& film);
  void learn_genders(const FilmKnowledge& film);

  std::vector<std::string> names_;
  std::vector<double> importance_;
  std::vector<Gender> genders_;
  std::unordered_map<std::string, int> by_name_;
  std::unordered_map<std::string, std::vector<Called>> called_;
};

/// She, he or unknown for a pronoun in small letters.
Gender gender_of_pronoun(std::string_view lower_word);

}  // namespace cineloom::what_if
