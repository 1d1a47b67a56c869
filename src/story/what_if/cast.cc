#include "story/what_if/cast.h"

#include <algorithm>

#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

bool is_capital(std::string_view word) { return !word.empty() && word[0] >= 'A' && word[0] <= 'Z'; }

bool is_in_capitals(std::string_view word) {
  return word.size() > 1 && std::ranges::none_of(word, [](char letter) { return letter >= 'a' && letter <= 'z'; }) && is_capital(word);
}

// Parts of names that are not names by themselves.
constexpr std::string_view kTitles = "|the|a|an|old|young|little|big|adult|some|mr|mrs|ms|miss|dr|doctor|man|woman|boy|girl|lady|and|of|voice|";

/// The noun of "QUILL, a grey heron with ...": the last word before the phrase is over; empty if none stands right behind the name.
std::string noun_behind(std::span<const Word> words, std::size_t name_end) {
  if (name_end >= words.size() || name_end == 0 || !is_among("|a|an|the|", words[name_end].lower)) return {};
  // "KARL THE GIANT is": a name of two parts.
  const bool is_byname =
      !words[name_end - 1].ends_clause && words[name_end].text == "THE" && name_end + 1 < words.size() && is_in_capitals(words[name_end + 1].text);
  if (is_byname) return words[name_end + 1].lower;
  if (!words[name_end - 1].ends_clause) return {};
  std::string noun;
  for (std::size_t i = name_end + 1; i < words.size() && i < name_end + 5; ++i) {
    if (is_among("|with|of|in|on|at|who|from|and|to|as|whose|", words[i].lower)) break;
    noun = words[i].lower;
    if (words[i].ends_clause) break;
  }
  return noun;
}

}  // namespace

Gender gender_of_pronoun(std::string_view word) {
  if (is_among("|she|her|hers|herself|", word)) return Gender::She;
  return is_among("|he|him|his|himself|", word) ? Gender::He : Gender::Unknown;
}

Cast::Cast(const FilmKnowledge& film) {
  for (const Character& character : film.plot.characters) {
    const std::string key = lower(character.name);
    if (character.name.empty() || by_name_.contains(key)) continue;
    by_name_[key] = size();
    names_.push_back(character.name);
    importance_.push_back(character.importance);
    call(character.name, size() - 1, false);
    for (const std::string& alias : character.aliases) {
      if (by_name_.emplace(lower(alias), size() - 1).second) call(alias, size() - 1, false);
    }
  }
  add_unique_parts();
  add_nouns(film);
  learn_genders(film);
}

void Cast::call(std::string_view text, int character, bool is_noun) {
  Called called{.words = {}, .character = character, .is_noun = is_noun};
  for (const Word& word : words_of(text)) called.words.push_back(word.lower);
  if (!called.words.empty()) called_[called.words.front()].push_back(std::move(called));
}

void Cast::add_unique_parts() {
  std::unordered_map<std::string, int> owners;  // -1 = several
  for (int i = 0; i < size(); ++i) {
    for (const Word& word : words_of(name(i))) {
      const auto [entry, is_new] = owners.emplace(word.lower, i);
      if (!is_new && entry->second != i) entry->second = -1;
    }
  }
  for (int i = 0; i < size(); ++i) {
    const std::vector<Word> words = words_of(name(i));
    if (words.size() < 2) continue;
    for (const Word& word : words) {
      if (word.lower.size() < 3 || is_among(kTitles, word.lower) || owners.at(word.lower) != i) continue;
      if (by_name_.emplace(word.lower, i).second) call(word.lower, i, false);
    }
  }
}

void Cast::add_nouns(const FilmKnowledge& film) {
  std::unordered_map<std::string, int> owners;
  for (const Character& character : film.plot.characters) {
    const int who = find(character.name);
    const std::vector<Word> words = words_of(character.description);
    const std::vector<Word> name = words_of(character.name);
    for (std::size_t i = 0; who >= 0 && i + name.size() <= words.size(); ++i) {
      if (words[i].lower != name.front().lower) continue;
      const std::string noun = noun_behind(words, i + name.size());
      if (noun.size() < 3) continue;
      const auto [entry, is_new] = owners.emplace(noun, who);
      if (!is_new && entry->second != who) entry->second = -1;
    }
  }
  for (const auto& [noun, who] : owners) {
    if (who >= 0 && !by_name_.contains(noun)) call(noun, who, true);
  }
}

// The first pronoun of a sentence of action mostly means the one it names first.
void Cast::learn_genders(const FilmKnowledge& film) {
  std::vector<int> leaning(names_.size(), 0);
  for (const Scene& scene : film.timeline.scenes) {
    for (const std::string_view sentence : sentences_of(scene.action)) {
      const std::vector<Mention> named = mentions(sentence);
      if (named.empty()) continue;
      const std::vector<Word> words = words_of(sentence);
      const auto pronoun = std::ranges::find_if(words, [](const Word& word) { return gender_of_pronoun(word.lower) != Gender::Unknown; });
      if (pronoun != words.end()) leaning[static_cast<std::size_t>(named.front().character)] += gender_of_pronoun(pronoun->lower) == Gender::She ? 1 : -1;
    }
  }
  for (const int lean : leaning) genders_.push_back(lean > 0 ? Gender::She : lean < 0 ? Gender::He : Gender::Unknown);
}

int Cast::find(std::string_view wanted) const {
  const auto found = by_name_.find(lower(trimmed(wanted)));
  return found == by_name_.end() ? -1 : found->second;
}

std::vector<int> Cast::speakers(std::string_view label) const {
  if (label.empty()) return {};
  const std::string text = lower(label);
  const auto joint = text.find(" and ");
  if (joint != std::string::npos) {
    const int first = find(label.substr(0, joint));
    const int second = find(label.substr(joint + 5));
    if (first >= 0 && second >= 0) return {first, second};
  }
  const int who = find(label);
  return who < 0 ? std::vector<int>{} : std::vector<int>{who};
}

std::vector<Mention> Cast::mentions(std::string_view text) const {
  std::vector<Mention> found;
  const std::vector<Word> words = words_of(text);
  for (std::size_t i = 0; i < words.size();) {
    std::size_t longest = 0;
    Mention mention;
    const auto candidates = called_.find(words[i].lower);
    for (std::size_t c = 0; candidates != called_.end() && c < candidates->second.size(); ++c) {
      const Called& called = candidates->second[c];
      if (called.words.size() <= longest || i + called.words.size() > words.size()) continue;
      bool fits = true;
      for (std::size_t k = 1; k < called.words.size(); ++k) fits = fits && words[i + k].lower == called.words[k];
      if (!fits) continue;
      longest = called.words.size();
      const std::string_view end = words[i + longest - 1].text;
      mention = {.character = called.character,
                 .is_capital = is_capital(words[i].text) && !called.is_noun,
                 .is_introduction = is_in_capitals(words[i].text),
                 .is_owner = end.ends_with("'s") || end.ends_with("’s")};
    }
    const auto same = std::ranges::find(found, mention.character, &Mention::character);
    if (longest > 0 && same != found.end()) {
      same->is_capital = same->is_capital || mention.is_capital;
      same->is_owner = same->is_owner && mention.is_owner;
    } else if (longest > 0) {
      found.push_back(mention);
    }
    i += std::max<std::size_t>(longest, 1);
  }
  return found;
}

}  // namespace cineloom::what_if
