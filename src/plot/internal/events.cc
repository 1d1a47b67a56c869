#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "plot/internal/parts.h"
#include "plot/internal/reference.h"
#include "plot/internal/sentences.h"

namespace cineloom::plot {
namespace {

enum class Argument { Thing, Person, Anybody, Arrival, Departure };

/// A kind of deed and what it changes: {a} does it, {b} is the thing or person, {p} the place.
struct Deed {
  std::string_view verbs;  ///< present forms between bars
  std::string_view particle;  ///< must stand near behind the verb: "out"; empty = none
  Argument argument;
  std::string_view needs;
  std::string_view makes;
};

// With a particle first: "holds out" gives, "holds" does nothing.
constexpr std::array<Deed, 17> kDeeds = {{
    {"|blows|puts|stamps|", "out", Argument::Thing, "{b} burns", "{b} is out"},
    {"|holds|hands|", "out", Argument::Thing, "{a} has {b}", "{a} offers {b}"},
    {"|picks|", "up", Argument::Thing, "{b} is within reach", "{a} has {b}"},
    {"|takes|grabs|steals|snatches|seizes|catches|collects|", "", Argument::Thing, "{b} is within reach", "{a} has {b}"},
    {"|gives|hands|offers|returns|", "", Argument::Thing, "{a} has {b}", "{a} gives {b} away"},
    {"|finds|discovers|", "", Argument::Anybody, "{a} does not know where {b} is", "{a} knows where {b} is"},
    {"|frees|releases|unlocks|unties|", "", Argument::Anybody, "{b} is held", "{b} is free"},
    {"|breaks|smashes|destroys|burns|tears|", "", Argument::Thing, "{b} is whole", "{b} is destroyed"},
    {"|drops|loses|", "", Argument::Thing, "{a} has {b}", "{a} no longer has {b}"},
    {"|hides|buries|", "", Argument::Thing, "{b} can be seen", "{b} is hidden"},
    {"|lights|kindles|ignites|", "", Argument::Thing, "{b} is dark", "{b} burns"},
    {"|kills|shoots|stabs|strangles|", "", Argument::Person, "{b} is alive", "{b} may be dead"},
    {"|saves|rescues|carries|", "", Argument::Person, "{b} is in danger", "{b} is safe with {a}"},
    {"|kisses|embraces|hugs|marries|", "", Argument::Person, "{a} and {b} have met", "{a} and {b} are closer"},
    {"|attacks|hits|strikes|chases|threatens|fights|", "", Argument::Person, "{a} and {b} have met", "{a} and {b} are opposed"},
    {"|enters|arrives|walks|runs|climbs|rides|rows|flies|rushes|steps|wades|drives|", "", Argument::Arrival, "{a} was elsewhere", "{a} is at {p}"},
    {"|leaves|flees|escapes|walks|runs|storms|rushes|drives|", "", Argument::Departure, "{a} is at {p}", "{a} has left {p}"},
}};

bool is_among(std::string_view words, std::string_view word) { return words.contains("|" + std::string(word) + "|"); }

bool is_determiner(std::string_view word) { return is_among("|a|an|the|her|his|its|their|this|that|another|both|one|two|", word); }

// Words behind which a noun phrase is over.
bool ends_phrase(std::string_view word) {
  return is_among(
      "|to|in|into|on|onto|up|down|out|of|from|and|with|over|under|off|through|back|away|behind|at|for|as|by|across|toward|towards|who|which|that|then|open|"
      "wide|shut|again|across|before|after|without|around|against|above|below|near|inside|is|are|while|until|between|",
      word);
}

// Moving a part of oneself changes nothing in the story.
bool is_body_part(std::string_view word) {
  return is_among(
      "|eye|eyes|head|hand|hands|arm|arms|face|finger|fingers|shoulder|shoulders|breath|step|steps|look|seat|beak|mouth|hair|foot|feet|leg|legs|gaze|glance|"
      "place|lips|time|moment|bite|sip|drink|deep|smile|shot|silence|nod|turn|beside|slice|chance|breather|note|",
      word);
}

// The last word of a phrase that may be one of the characters.
bool names_a_person(std::string_view phrase) {
  const auto blank = phrase.rfind(' ');
  return is_among("|man|woman|boy|girl|child|lady|stranger|guy|father|mother|son|daughter|brother|sister|doctor|nurse|giant|",
                  blank == std::string_view::npos ? phrase : phrase.substr(blank + 1));
}

/// A noun phrase of at most an adjective or two and a noun, behind the word at `at`; empty if none stands there.
std::string thing_behind(std::span<const Token> tokens, std::size_t at) {
  if (at >= tokens.size() || tokens[at].ends_clause || at + 1 >= tokens.size() || !is_determiner(tokens[at + 1].plain)) return {};
  std::string phrase;
  std::string last;
  for (std::size_t i = at + 2; i < tokens.size() && i < at + 6; ++i) {
    if (ends_phrase(tokens[i].plain) || pronoun_of(tokens[i].plain) != Pronoun::None) break;
    last = tokens[i].plain;
    phrase += (phrase.empty() ? "" : " ") + tokens[i].plain;
    if (tokens[i].ends_clause) break;
  }
  return is_body_part(last) || last.ends_with("ly") ? std::string() : phrase;
}

/// What is known while a scene's sentences are read one after the other.
class Reader {
 public:
  Reader(References& references, const Scene& scene) : references_(references), place_(scene.place.empty() ? "this place" : scene.place) {
    references_.begin_scene(scene.characters);
  }

  std::vector<PlotEvent> read(std::string_view sentence) {
    tokens_ = tokens_of(sentence);
    subject_.clear();
    std::vector<PlotEvent> events;
    const std::size_t opening = opening_phrase();
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      find_subject(i);
      if (subject_.empty()) continue;
      if (auto event = event_at(i)) events.push_back(std::move(*event));
    }
    topic_ = opening > 0 ? thing_behind_opening() : std::string();
    // "The old man looks at her": whoever it is, "he" no longer means the one before.
    if (subject_.empty() && names_a_person(topic_)) references_.forget();
    if (!subject_.empty()) references_.remember(subject_);
    return events;
  }

 private:
  /// Length of "The first flame" at the beginning of a sentence, 0 if it begins otherwise.
  [[nodiscard]] std::size_t opening_phrase() const { return !tokens_.empty() && is_determiner(tokens_[0].plain) ? 1 : 0; }
  [[nodiscard]] std::string thing_behind_opening() const {
    std::vector<Token> shifted = {Token{.word = "", .plain = ""}};
    shifted.insert(shifted.end(), tokens_.begin(), tokens_.end());
    return thing_behind(shifted, 0);
  }

  // The subject stands at the beginning of a clause; a clause without one goes on with the one before.
  void find_subject(std::size_t i) {
    const bool begins =
        i == 0 || tokens_[i - 1].ends_clause || tokens_[i - 1].plain == "and" || tokens_[i - 1].plain == "then" || is_determiner(tokens_[i - 1].plain);
    if (!begins) return;
    if (const std::string name = references_.named_at(tokens_, i); !name.empty()) {
      subject_ = name;
      seen_.push_back(name);
    } else if (tokens_[i].plain == "she" || tokens_[i].plain == "he") {
      if (subject_.empty() || tokens_[i - (i > 0)].ends_clause) subject_ = references_.meant_by(pronoun_of(tokens_[i].plain), {});
    }
  }

  [[nodiscard]] std::optional<PlotEvent> event_at(std::size_t verb) {
    // Only a verb that follows its subject or joins the one before is a deed: "who walks", "to take" are not.
    if (verb == 0) return std::nullopt;
    const std::string& before = tokens_[verb - 1].plain;
    const bool follows = !references_.named_at(tokens_, verb - 1).empty() || pronoun_of(before) != Pronoun::None || before == "and" || before == "then" ||
                         tokens_[verb - 1].ends_clause || before.ends_with("ly");
    if (!follows) return std::nullopt;
    for (const Deed& deed : kDeeds) {
      if (!is_among(deed.verbs, tokens_[verb].plain) || !has_particle(verb, deed.particle)) continue;
      if (auto event = make(deed, verb)) return event;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool has_particle(std::size_t verb, std::string_view particle) const {
    if (particle.empty()) return true;
    for (std::size_t i = verb + 1; i < tokens_.size() && i < verb + 6; ++i) {
      if (tokens_[i].plain == particle) return i + 1 >= tokens_.size() || tokens_[i + 1].plain != "of";
      if (tokens_[i].ends_clause) return false;
    }
    return false;
  }

  [[nodiscard]] bool goes_out(std::size_t verb) const {
    if (is_among("|leaves|flees|escapes|", tokens_[verb].plain)) return true;
    for (std::size_t i = verb; i + 1 < tokens_.size() && i < verb + 4 && !tokens_[i].ends_clause; ++i) {
      if ((tokens_[i].plain == "out" && tokens_[i + 1].plain != "to") || tokens_[i + 1].plain == "away" || tokens_[i + 1].plain == "off") return true;
    }
    return false;
  }

  // "drives down a road", "enters", but not "drives the car".
  [[nodiscard]] bool leads_somewhere(std::size_t verb) const {
    if (tokens_[verb].plain == "enters" || tokens_[verb].plain == "arrives") return true;
    return !tokens_[verb].ends_clause && verb + 1 < tokens_.size() &&
           is_among("|in|into|to|through|down|up|across|along|on|onto|over|toward|towards|inside|", tokens_[verb + 1].plain);
  }

  // The thing that "it" means: told of in this sentence, else what the sentence before began with.
  [[nodiscard]] std::string thing_at(std::size_t verb) const {
    if (verb + 1 >= tokens_.size() || tokens_[verb].ends_clause) return {};
    const bool skips_particle = is_among("|up|out|", tokens_[verb + 1].plain);
    const std::size_t at = verb + (skips_particle ? 1 : 0);
    if (at + 1 < tokens_.size() && tokens_[at + 1].plain == "it") return thing_.empty() ? topic_ : thing_;
    return thing_behind(tokens_, at);
  }

  [[nodiscard]] std::string person_at(std::size_t verb) const {
    for (std::size_t i = verb + 1; i < tokens_.size() && i < verb + 3; ++i) {
      if (const std::string name = references_.named_at(tokens_, i); !name.empty() && name != subject_) return name;
      if (tokens_[i].plain == "him" || (tokens_[i].plain == "her" && (tokens_[i].ends_clause || i + 1 == tokens_.size()))) {
        return references_.meant_by(pronoun_of(tokens_[i].plain), subject_);
      }
      if (tokens_[i].ends_clause) break;
    }
    return {};
  }

  [[nodiscard]] std::optional<PlotEvent> make(const Deed& deed, std::size_t verb) {
    std::string other;
    switch (deed.argument) {
      case Argument::Thing: other = thing_at(verb); break;
      case Argument::Person: other = person_at(verb); break;
      case Argument::Anybody:
        other = person_at(verb);
        if (other.empty()) other = thing_at(verb);
        break;
      case Argument::Arrival:
        // Moving about in a place where one already is changes nothing.
        if (goes_out(verb) || std::ranges::count(seen_, subject_) > 1 || is_at_place_ || !leads_somewhere(verb)) return std::nullopt;
        is_at_place_ = true;
        other = place_;
        break;
      case Argument::Departure:
        if (!goes_out(verb)) return std::nullopt;
        other = place_;
        break;
    }
    if (other.empty()) return std::nullopt;
    if (deed.argument == Argument::Thing) thing_ = other;
    // "Ana hands the phone to Ana": one of the two was misread.
    const std::string clause = clause_from(verb);
    if (mentions(clause, subject_)) return std::nullopt;
    PlotEvent event{.title = subject_ + " " + clause, .actors = {subject_}};
    if (deed.argument == Argument::Person || (deed.argument == Argument::Anybody && other == person_at(verb))) event.actors.push_back(other);
    event.preconditions = {fill(deed.needs, other)};
    event.effects = {fill(deed.makes, other)};
    return event;
  }

  [[nodiscard]] std::string fill(std::string_view pattern, const std::string& other) const {
    std::string text(pattern);
    const std::string thing = other == place_ || (other.front() >= 'A' && other.front() <= 'Z') ? other : "the " + other;
    for (const auto& [slot, value] : {std::pair{"{a}", subject_}, {"{b}", thing}, {"{p}", place_}}) {
      for (auto at = text.find(slot); at != std::string::npos; at = text.find(slot, at + value.size())) text.replace(at, 3, value);
    }
    return text;
  }

  // The words from the verb to the end of its clause; "it" gets its name.
  [[nodiscard]] std::string clause_from(std::size_t verb) const {
    std::string text = tokens_[verb].word;
    for (std::size_t i = verb + 1; i < tokens_.size() && !tokens_[i - 1].ends_clause; ++i) {
      const bool joins_next = tokens_[i].plain == "and" && i + 1 < tokens_.size() &&
                              std::ranges::any_of(kDeeds, [&](const Deed& deed) { return is_among(deed.verbs, tokens_[i + 1].plain); });
      if (joins_next) break;
      const bool is_object = i == verb + 1 || (i == verb + 2 && is_among("|up|out|", tokens_[verb + 1].plain));
      const bool is_it = is_object && tokens_[i].plain == "it" && !(thing_.empty() && topic_.empty());
      text += " " + (is_it ? "the " + (thing_.empty() ? topic_ : thing_) : tokens_[i].word);
    }
    return text;
  }

  References& references_;
  std::string place_;
  std::vector<Token> tokens_;
  std::string subject_;
  std::string thing_;   // the last thing somebody did something with in the scene
  std::string topic_;   // what the sentence before began with
  std::vector<std::string> seen_;
  bool is_at_place_ = false;
};

}  // namespace

namespace {

// An event is caused by the last one before it that made true what it needs. What an event makes true is looked up by its words.
void find_causes(std::vector<PlotEvent>& events) {
  std::map<std::string, int> made_by;
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (const std::string& need : events[i].preconditions) {
      const auto found = made_by.find(need);
      if (found != made_by.end() && std::ranges::find(events[i].causes, found->second) == events[i].causes.end()) events[i].causes.push_back(found->second);
    }
    for (const std::string& effect : events[i].effects) made_by[effect] = static_cast<int>(i);
  }
}

}  // namespace

std::vector<PlotEvent> find_events(const Timeline& timeline, const Arc& arc, std::span<const Character> characters) {
  std::vector<PlotEvent> events;
  References references(timeline, characters);
  for (std::size_t index = 0; index < timeline.scenes.size(); ++index) {
    const Scene& scene = timeline.scenes[index];
    const std::vector<std::string_view> sentences = sentences_of(scene.action);
    Reader reader(references, scene);
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      for (PlotEvent& event : reader.read(sentences[i])) {
        // Action has no times of its own: sentences share the scene in the order in which they stand.
        event.at = scene.begin + (scene.end - scene.begin) * static_cast<int>(2 * i + 1) / static_cast<int>(2 * sentences.size());
        event.scene = static_cast<int>(index);
        event.evidence = std::string(sentences[i]);
        event.span.begin = static_cast<std::size_t>(sentences[i].data() - scene.action.data());
        event.span.end = event.span.begin + sentences[i].size();
        const ArcPoint feeling = arc_at(arc, event.at);
        event.valence = feeling.valence;
        event.tension = feeling.tension;
        events.push_back(std::move(event));
      }
    }
  }
  find_causes(events);
  return events;
}

}  // namespace cineloom::plot
