#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "plot/internal/parts.h"
#include "plot/internal/sentences.h"

namespace cineloom::plot {
namespace {

/// A class of verbs and what it makes true; {a} is who does it, {b} the other person or thing, {p} the place.
struct VerbClass {
  std::string_view verbs;  ///< present forms between bars
  std::string_view needs;
  std::string_view makes;
};

constexpr std::array<VerbClass, 12> kVerbs = {{
    {"|takes|grabs|steals|catches|snatches|picks|seizes|collects|receives|", "{b} is within reach", "{a} has {b}"},
    {"|gives|hands|offers|returns|brings|throws|", "{a} has {b}", "{a} no longer has {b}"},
    {"|enters|arrives|comes|reaches|walks|runs|climbs|crosses|steps|rows|rides|flies|wades|", "{a} is elsewhere", "{a} is at {p}"},
    {"|leaves|goes|flees|escapes|disappears|vanishes|sails|", "{a} is at {p}", "{a} is gone from {p}"},
    {"|finds|discovers|sees|notices|learns|recognises|recognizes|reads|hears|", "{b} is hidden from {a}", "{a} knows of {b}"},
    {"|opens|frees|releases|unlocks|lifts|unties|cuts|lets|", "{b} is closed or bound", "{b} is free"},
    {"|breaks|smashes|destroys|burns|sinks|falls|drops|loses|", "{b} is whole", "{b} is lost or broken"},
    {"|kills|dies|drowns|shoots|stabs|", "{b} is alive", "{b} is dead"},
    {"|saves|rescues|protects|pulls|heals|wakes|", "{b} is in danger", "{b} is safe"},
    {"|lights|kindles|ignites|shines|glows|rises|", "it is dark", "there is light at {p}"},
    {"|kisses|embraces|hugs|smiles|laughs|bows|nods|", "{a} and {b} have met", "{a} and {b} are closer"},
    {"|fights|hits|strikes|attacks|threatens|chases|refuses|shouts|", "{a} and {b} have met", "{a} and {b} are opposed"},
}};

/// A sentence taken apart as far as patterns go.
struct Deed {
  const VerbClass* verbs = nullptr;
  std::string actor;
  std::string object;  ///< the words behind the verb, short; empty = none
};

const VerbClass* class_of(const std::string& word) {
  const std::string wanted = "|" + lower(word) + "|";
  const auto found = std::ranges::find_if(kVerbs, [&](const VerbClass& verbs) { return verbs.verbs.contains(wanted); });
  return found == kVerbs.end() ? nullptr : &*found;
}

bool is_function_word(const std::string& word) {
  constexpr std::string_view kWords = "|a|an|the|her|his|its|their|at|to|in|into|on|onto|up|down|out|of|from|and|with|over|under|off|through|back|away|it|him|them|";
  return kWords.contains("|" + lower(word) + "|");
}

// The first two or three words behind the verb that carry meaning.
std::string object_behind(const std::vector<std::string>& words, std::size_t verb) {
  std::string object;
  int count = 0;
  for (std::size_t i = verb + 1; i < words.size() && count < 2; ++i) {
    if (is_function_word(words[i])) {
      if (!object.empty()) break;
      continue;
    }
    object += (object.empty() ? "" : " ") + lower(words[i]);
    ++count;
  }
  return object;
}

/// The nearest character named before the verb does it; "she" and "he" stand for the last one named.
std::optional<Deed> read_deed(std::string_view sentence, std::span<const Character> characters, const std::string& last_named) {
  const std::vector<std::string> words = words_of(sentence);
  std::string subject;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const Character& character : characters) {
      if (mentions(words[i], words_of(character.name).back())) subject = character.name;
    }
    const std::string word = lower(words[i]);
    if ((word == "she" || word == "he" || word == "they") && subject.empty()) subject = last_named;
    const VerbClass* verbs = class_of(word);
    if (verbs != nullptr && !subject.empty()) return Deed{.verbs = verbs, .actor = subject, .object = object_behind(words, i)};
  }
  return std::nullopt;
}

std::string fill(std::string_view pattern, const Deed& deed, const std::string& place) {
  std::string text;
  while (!pattern.empty()) {
    const std::string_view slot = pattern.substr(0, 3);
    const bool is_slot = slot == "{a}" || slot == "{b}" || slot == "{p}";
    if (!is_slot) {
      text += pattern.front();
      pattern.remove_prefix(1);
      continue;
    }
    text += slot == "{a}" ? deed.actor : slot == "{p}" ? place : deed.object;
    pattern.remove_prefix(3);
  }
  return text;
}

std::vector<std::string> actors_in(std::string_view sentence, const Deed& deed, std::span<const Character> characters) {
  std::vector<std::string> actors = {deed.actor};
  for (const Character& character : characters) {
    if (character.name != deed.actor && mentions(sentence, character.name)) actors.push_back(character.name);
  }
  return actors;
}

std::string last_named_in(std::string_view sentence, std::span<const Character> characters, std::string otherwise) {
  for (const Character& character : characters) {
    if (mentions(sentence, character.name)) return character.name;
  }
  return otherwise;
}

}  // namespace

std::vector<PlotEvent> find_events(const Timeline& timeline, const Arc& arc, std::span<const Character> characters) {
  std::vector<PlotEvent> events;
  for (std::size_t index = 0; index < timeline.scenes.size(); ++index) {
    const Scene& scene = timeline.scenes[index];
    const std::vector<std::string_view> sentences = sentences_of(scene.action);
    std::string last_named;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      const auto deed = read_deed(sentences[i], characters, last_named);
      last_named = last_named_in(sentences[i], characters, last_named);
      if (!deed || (deed->object.empty() && (deed->verbs->makes.contains("{b}")))) continue;
      // Action has no times of its own: sentences share the scene in the order in which they stand.
      const FilmTime at = scene.begin + (scene.end - scene.begin) * static_cast<int>(2 * i + 1) / static_cast<int>(2 * sentences.size());
      const std::string place = scene.place.empty() ? "this place" : scene.place;
      const ArcPoint feeling = arc_at(arc, at);
      events.push_back({.title = std::string(sentences[i]), .scene = static_cast<int>(index), .at = at,
                        .actors = actors_in(sentences[i], *deed, characters), .preconditions = {fill(deed->verbs->needs, *deed, place)},
                        .effects = {fill(deed->verbs->makes, *deed, place)}, .valence = feeling.valence, .tension = feeling.tension,
                        .evidence = std::string(sentences[i])});
    }
  }
  return events;
}

}  // namespace cineloom::plot
