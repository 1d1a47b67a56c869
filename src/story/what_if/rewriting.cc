#include "story/what_if/rewriting.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "story/what_if/words.h"

namespace cineloom::what_if {
namespace {

bool names(const FilmModel& model, std::string_view text, int character) {
  return std::ranges::any_of(model.cast.mentions(text), [&](const Mention& one) { return one.character == character; });
}

bool is_capital(std::string_view word) { return !word.empty() && word[0] >= 'A' && word[0] <= 'Z'; }

/// The text with some of its words replaced; what stands between words stays.
std::string replaced(std::string_view text, const std::vector<Word>& words, const std::function<std::optional<std::string>(std::size_t)>& by) {
  std::string result;
  const char* at = text.data();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto replacement = by(i);
    if (!replacement) continue;
    result.append(at, words[i].text.data());
    result += *replacement;
    at = words[i].text.data() + words[i].text.size();
  }
  result.append(at, text.data() + text.size());
  return result;
}

std::string pronoun_for(const Word& word, Gender now) {
  const bool is_owner = word.lower == "his" || (word.lower == "her" && !word.ends_clause);
  const std::string_view plain = word.lower == "she" || word.lower == "he" ? (now == Gender::She ? "she" : "he")
                                 : is_owner                                ? (now == Gender::She ? "her" : "his")
                                                                           : (now == Gender::She ? "her" : "him");
  std::string text(plain);
  if (is_capital(word.text)) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// A paragraph that begins with the name: the name and its pronouns become another's.
std::optional<std::string> rename(const FilmModel& model, const Happening& happening, int before, int now) {
  const std::vector<Word> words = words_of(happening.text);
  const std::vector<Word> name = words_of(model.cast.name(before));
  const bool begins = words.size() > name.size() && std::ranges::equal(name, std::span(words).first(name.size()), {}, &Word::lower, &Word::lower);
  if (!begins || happening.actors.size() > 1 || happening.is_introduction) return std::nullopt;
  const Gender from = model.cast.gender(before);
  const Gender to = model.cast.gender(now);
  return replaced(happening.text, words, [&](std::size_t i) -> std::optional<std::string> {
    if (i < name.size()) return i == 0 ? model.cast.name(now) : std::string();
    const Gender gender = gender_of_pronoun(words[i].lower);
    if (gender == Gender::Unknown || gender != from || to == Gender::Unknown || to == from) return std::nullopt;
    return pronoun_for(words[i], to);
  });
}

/// The titles of the plot's events there, done by another; those done to that other are left out.
std::optional<std::string> retitled(const FilmModel& model, const Happening& happening, int before, int now) {
  std::string text;
  for (const int index : happening.events) {
    const std::string& title = model.film->plot.events[static_cast<std::size_t>(index)].title;
    const std::string& name = model.cast.name(before);
    if (!title.starts_with(name + " ")) continue;
    const std::string_view rest = std::string_view(title).substr(name.size());
    const bool is_receiver = std::ranges::any_of(words_of(rest), [&](const Word& word) {
      return gender_of_pronoun(word.lower) != Gender::Unknown && gender_of_pronoun(word.lower) == model.cast.gender(now);
    });
    if (is_receiver || names(model, rest, now)) continue;
    text += fmt::format("{}{}{}.", text.empty() ? "" : " ", model.cast.name(now), rest);
  }
  return text.empty() ? std::nullopt : std::optional(text);
}

/// What the paragraph says behind its first sentence of no person at all: "Darkness."
std::string sentences_of_nobody(const Happening& happening) {
  std::string rest;
  const auto sentences = sentences_of(happening.text);
  for (std::size_t i = 1; i < sentences.size(); ++i) {
    const bool has_person = std::ranges::any_of(words_of(sentences[i]), [](const Word& word) {
      return gender_of_pronoun(word.lower) != Gender::Unknown || is_among("|they|them|their|it|", word.lower);
    });
    if (!has_person) rest += " " + std::string(sentences[i]);
  }
  return rest;
}

/// "blows" -> "blow".
std::string base_form(std::string_view verb) {
  if (verb.ends_with("ies")) return std::string(verb.substr(0, verb.size() - 3)) + "y";
  for (const std::string_view ending : {"ches", "shes", "sses", "xes", "oes", "zzes"}) {
    if (verb.ends_with(ending)) return std::string(verb.substr(0, verb.size() - 2));
  }
  return std::string(verb.ends_with('s') && !verb.ends_with("ss") ? verb.substr(0, verb.size() - 1) : verb);
}

/// Things and what stands for them in three other times; an empty entry means that the time knows the thing.
struct ThingInTime {
  std::string_view thing;
  std::array<std::string_view, 3> then;  ///< Middle Ages, 1920s, future
};
constexpr std::array kThings = {ThingInTime{"phone", {"messenger", "", "communicator"}},
                                ThingInTime{"payphone", {"messenger", "telephone booth", "communicator"}},
                                ThingInTime{"telephone", {"messenger", "", "communicator"}},
                                ThingInTime{"car", {"cart", "motorcar", "glider"}},
                                ThingInTime{"cars", {"carts", "motorcars", "gliders"}},
                                ThingInTime{"truck", {"wagon", "lorry", "hauler"}},
                                ThingInTime{"gun", {"crossbow", "", "blaster"}},
                                ThingInTime{"guns", {"crossbows", "", "blasters"}},
                                ThingInTime{"rifle", {"crossbow", "", "blaster"}},
                                ThingInTime{"plane", {"ship", "biplane", "shuttle"}},
                                ThingInTime{"airplane", {"ship", "biplane", "shuttle"}},
                                ThingInTime{"television", {"minstrel's stage", "wireless", "hologram"}},
                                ThingInTime{"computer", {"abacus", "typewriter", ""}},
                                ThingInTime{"hospital", {"infirmary", "", "medical bay"}},
                                ThingInTime{"doctor", {"healer", "", ""}},
                                ThingInTime{"matches", {"flints", "", "igniters"}},
                                ThingInTime{"match", {"flint", "", "igniter"}},
                                ThingInTime{"lamp", {"torch", "", "light globe"}},
                                ThingInTime{"lamps", {"torches", "", "light globes"}},
                                ThingInTime{"lamplighter", {"torchbearer", "", "keeper of the globes"}},
                                ThingInTime{"wheelchair", {"litter", "", "hoverchair"}},
                                ThingInTime{"police", {"watch", "", "patrol"}},
                                ThingInTime{"detective", {"bailiff", "", ""}},
                                ThingInTime{"letter", {"", "", "message"}},
                                ThingInTime{"envelope", {"scroll", "", "message case"}},
                                ThingInTime{"boats", {"", "", "skiffs"}},
                                ThingInTime{"boat", {"", "", "skiff"}},
                                ThingInTime{"lantern", {"", "", "light cell"}},
                                ThingInTime{"beer", {"ale", "", ""}},
                                ThingInTime{"beers", {"ales", "", ""}}};

}  // namespace

std::string with_name(const FilmModel& model, std::string_view text, int before, int now) {
  const std::vector<Word> words = words_of(text);
  const std::vector<Word> name = words_of(model.cast.name(before));
  std::string result;
  const char* at = text.data();
  for (std::size_t i = 0; i + name.size() <= words.size(); ++i) {
    const auto here = std::span(words).subspan(i, name.size());
    if (!std::ranges::equal(name, here, {}, &Word::lower, &Word::lower)) continue;
    result.append(at, here.front().text.data());
    result += model.cast.name(now);
    at = here.back().text.data() + here.back().text.size();
    i += name.size() - 1;
  }
  result.append(at, text.data() + text.size());
  return result;
}

std::optional<std::string> with_another(const FilmModel& model, const Happening& happening, int before, int now) {
  if (before == now || std::ranges::find(happening.actors, now) != happening.actors.end() || names(model, happening.text, now)) return std::nullopt;
  if (happening.is_spoken()) return happening.text;
  if (auto text = retitled(model, happening, before, now)) return *text + sentences_of_nobody(happening);
  return rename(model, happening, before, now);
}

bool means(const FilmModel& model, std::string_view text, int scene, int character) {
  if (names(model, text, character)) return true;
  const Gender gender = sole_gender(model, character, scene);
  return gender != Gender::Unknown && std::ranges::any_of(words_of(text), [&](const Word& word) { return gender_of_pronoun(word.lower) == gender; });
}

bool begins_anew(std::string_view line) {
  constexpr std::string_view kYou = "|you|you're|you've|you'll|you'd|your|yours|yourself|";
  return !leans_back(line) && !line.contains('?') && !line.contains("？") && !line.contains("你") &&
         std::ranges::none_of(words_of(line), [&](const Word& word) { return is_among(kYou, word.lower); });
}

bool can_stand_alone(std::string_view line) {
  constexpr std::string_view kAsking = "|let|please|give|tell|come|take|look|wait|stop|go|bring|say|listen|forgive|help|";
  return begins_anew(line) && std::ranges::none_of(words_of(line), [&](const Word& word) { return is_among(kAsking, word.lower); });
}

/// Whether a sentence behind one about the character still is about them: it goes on, says "he" of nobody else, or brings in no other subject.
static bool stays_about(const FilmModel& model, const std::vector<Word>& words, const std::vector<Mention>& named, int character) {
  const Gender gender = model.cast.gender(character);
  const bool names_other =
      std::ranges::any_of(named, [&](const Mention& one) { return model.cast.gender(one.character) == gender || gender == Gender::Unknown; });
  const bool has_pronoun = gender != Gender::Unknown && std::ranges::any_of(words, [&](const Word& word) { return gender_of_pronoun(word.lower) == gender; });
  if (has_pronoun && !names_other) return true;
  const bool is_new = !words.empty() && is_among("|the|a|an|no|all|every|there|outside|below|above|behind|", words.front().lower);
  return named.empty() && !is_new;
}

std::optional<std::string> without_sentences_about(const FilmModel& model, const Happening& happening, int character) {
  constexpr std::size_t kStandsAlone = 6;  // words, where nobody is named
  constexpr std::string_view kGoingOn = "|he|she|they|his|her|their|it|its|him|them|and|but|then|so|this|that|these|those|";
  if (happening.is_spoken() || happening.is_introduction) return std::nullopt;
  std::string rest;
  bool is_about = false;
  bool is_first = true;
  for (const std::string_view sentence : sentences_of(happening.text)) {
    const std::vector<Word> words = words_of(sentence);
    const bool goes_on = !words.empty() && is_among(kGoingOn, words.front().lower);
    const bool follows = is_about && (goes_on || stays_about(model, words, model.cast.mentions(sentence), character));
    is_about = follows || means(model, sentence, happening.scene, character) || (goes_on && (is_first || rest.empty())) || sentence.ends_with("--");
    is_first = false;
    if (!is_about) rest += (rest.empty() ? "" : " ") + std::string(sentence);
  }
  const bool is_whole = words_of(rest).size() >= kStandsAlone || !model.cast.mentions(rest).empty();
  return is_whole ? std::optional(rest) : std::nullopt;
}

LocalText undone(const FilmModel& model, const Happening& happening) {
  for (const int index : happening.events) {
    const PlotEvent& event = model.film->plot.events[static_cast<std::size_t>(index)];
    if (event.actors.empty() || !event.title.starts_with(event.actors.front() + " ")) continue;
    const std::string& name = event.actors.front();
    const std::string_view rest = std::string_view(event.title).substr(name.size() + 1);
    const auto end = std::min(rest.find(' '), rest.size());
    std::string text = fmt::format("{} does not {}{}.", name, base_form(rest.substr(0, end)), rest.substr(end));
    return {text, fmt::format("{}没有这样做：“{}”", name, event.title)};
  }
  const std::string told = clipped(happening.text);
  return {fmt::format("It does not come to this: “{}”", told), fmt::format("事情没有走到这一步：“{}”", told)};
}

std::optional<std::string> in_era(std::string_view text, Era era) {
  const std::vector<Word> words = words_of(text);
  bool has_changed = false;
  std::string result = replaced(text, words, [&](std::size_t i) -> std::optional<std::string> {
    const auto found = std::ranges::find(kThings, words[i].lower, &ThingInTime::thing);
    const bool is_plain = found != kThings.end() && words[i].text.size() == found->thing.size() && !is_capital(words[i].text);
    if (!is_plain || found->then[static_cast<std::size_t>(era)].empty()) return std::nullopt;
    has_changed = true;
    return std::string(found->then[static_cast<std::size_t>(era)]);
  });
  return has_changed ? std::optional(result) : std::nullopt;
}

}  // namespace cineloom::what_if
