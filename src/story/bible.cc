#include "story/bible.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/utf8.h"
#include "story/internal/event_table.h"

namespace cineloom {
namespace {

using story::kPeople;

constexpr std::size_t kMost = 256;
constexpr std::size_t kLongestName = 80;
constexpr std::size_t kMostOfFilm = 24;  // characters of a film that are worth a place in its bible

std::unexpected<Error> refuse(std::string what) { return fail(ErrorCode::InvalidArgument, "the bible: " + std::move(what)); }

Expected<void> check_name(const std::string& name) {
  const bool is_fine = !name.empty() && name.size() <= kLongestName && is_valid_utf8(name) && name.find_first_of("{}\n\r\t") == std::string::npos;
  if (is_fine) return {};
  return refuse(fmt::format("'{}' is no name: 1 to {} bytes, no braces and no line ends", name.substr(0, kLongestName), kLongestName));
}

Expected<void> check_people(const Bible& bible) {
  std::set<std::string> taken;
  for (const BibleCharacter& character : bible.characters) {
    CINELOOM_TRY(check_name(character.name));
    if (!character.voice.empty() && character.voice != kTerse && character.voice != kTalkative)
      return refuse(fmt::format("'{}' is no voice: {}, {} or none", character.voice, kTerse, kTalkative));
    if (character.role.empty()) continue;
    if (std::ranges::find(kPeople, character.role) == kPeople.end()) return refuse(fmt::format("'{}' is no role: hero, ally, foe or mentor", character.role));
    if (!taken.insert(character.role).second) return refuse(fmt::format("there are two for the role of {}", character.role));
  }
  return {};
}

std::string words_of(const Fact& fact) { return fmt::format("{} {}{}{}", fact.predicate, fact.subject, fact.object.empty() ? "" : " ", fact.object); }

std::set<Fact> known_facts(const SchemaLibrary& library) {
  std::set<Fact> facts;
  for (const EventSchema& schema : library.schemas) {
    for (const auto* list : {&schema.needs, &schema.adds, &schema.removes}) std::ranges::transform(*list, std::inserter(facts, facts.end()), parse_fact);
  }
  return facts;
}

/// Facts of the library about the same subject, to choose from.
std::string others_like(const Fact& fact, const std::set<Fact>& known) {
  std::string others;
  for (const Fact& each : known) {
    if (each.predicate == fact.predicate || each.subject == fact.subject) others += (others.empty() ? "" : ", ") + words_of(each);
  }
  return others;
}

Expected<void> check_facts(const Bible& bible, const SchemaLibrary& library) {
  const std::set<Fact> known = known_facts(library);
  std::map<std::string, const Fact*> places;
  for (const Fact& fact : bible.facts) {
    if (!known.contains(fact)) {
      return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("the bible: no event needs or changes '{}'", words_of(fact)))
                                 .advise("choose of: " + others_like(fact, known)));
    }
    const bool is_place = fact.predicate == "at" || fact.predicate == "has";
    if (!is_place) continue;
    const Fact*& other = places[fact.predicate + " " + (fact.predicate == "at" ? fact.subject : fact.object)];
    if (other != nullptr && *other != fact) return refuse(fmt::format("'{}' and '{}' cannot both be so", words_of(*other), words_of(fact)));
    other = &fact;
  }
  for (const BibleCharacter& character : bible.characters) {
    for (const StoryGoal& goal : character.goals) {
      if (!known.contains(goal.fact)) return refuse(fmt::format("nobody can want '{}': no event changes it", words_of(goal.fact)));
    }
  }
  return {};
}

/// How close a film's character is to its hero.
struct Closeness {
  std::string name;
  int lines = 0;
  double warmth = 0;
};

std::vector<Closeness> around(const std::string& hero, const Plot& plot) {
  std::vector<Closeness> others;
  for (const Character& character : plot.characters) {
    if (character.name == hero || others.size() >= kMostOfFilm) continue;
    Closeness closeness{.name = character.name};
    for (const Relation& relation : plot.relations) {
      const bool is_theirs = (relation.a == hero && relation.b == character.name) || (relation.b == hero && relation.a == character.name);
      if (is_theirs) std::tie(closeness.lines, closeness.warmth) = std::tuple(relation.lines_between, relation.warmth);
    }
    others.push_back(std::move(closeness));
  }
  return others;
}

/// Names by role: who stands how to the hero.
std::map<std::string, std::string> roles_in(const Plot& plot) {
  std::map<std::string, std::string> roles;
  if (plot.characters.empty()) return roles;
  const std::string hero = plot.characters.front().name;
  std::vector<Closeness> others = around(hero, plot);
  roles[hero] = "hero";
  const auto give = [&](const char* role, auto better) {
    const auto best = std::ranges::max_element(others, better);
    if (best == others.end()) return;
    roles[best->name] = role;
    others.erase(best);
  };
  give("ally", [](const Closeness& a, const Closeness& b) { return std::tuple(a.lines, a.warmth) < std::tuple(b.lines, b.warmth); });
  give("foe", [](const Closeness& a, const Closeness& b) { return a.warmth > b.warmth; });
  if (!others.empty()) roles[others.front().name] = "mentor";
  return roles;
}

/// "Lamp House" is "the Lamp House", "Mira's room" and "Harbour Street" stay.
std::string place_name(const std::string& place) {
  constexpr std::array<std::string_view, 5> kNames = {" Street", " Road", " Avenue", " Lane", " Square"};
  const bool is_latin = std::isalpha(static_cast<unsigned char>(place.front())) != 0;
  const bool is_name = place.contains("'s") || place.starts_with("the ") || place.starts_with("The ") ||
                       std::ranges::any_of(kNames, [&](std::string_view ending) { return place.ends_with(ending); });
  return is_latin && !is_name ? "the " + place : place;
}

/// By how long somebody's lines are beside everybody's; none where they say little.
std::string voice_in(const FilmKnowledge& film, const std::string& speaker) {
  constexpr std::size_t kFewestLines = 5;
  constexpr double kShort = 0.75;
  constexpr double kLong = 1.3;
  double own = 0;
  double all = 0;
  std::size_t lines = 0;
  for (const Line& line : film.timeline.lines) {
    const auto length = static_cast<double>(line.text.size());
    all += length / static_cast<double>(film.timeline.lines.size());
    if (line.speaker != speaker) continue;
    own += length;
    ++lines;
  }
  if (lines < kFewestLines) return {};
  own /= static_cast<double>(lines);
  if (own < kShort * all) return std::string(kTerse);
  return std::string(own > kLong * all ? kTalkative : std::string_view());
}

void add_places(const FilmKnowledge& film, Bible& bible) {
  const auto& scenes = film.timeline.scenes;
  std::map<std::string, int> visits;
  for (const Scene& scene : scenes) {
    if (!scene.place.empty()) ++visits[scene.place];
  }
  std::vector<const Scene*> chosen;
  const auto is_new = [&](const Scene& scene) {
    return !scene.place.empty() && std::ranges::none_of(chosen, [&](const Scene* one) { return one->place == scene.place; });
  };
  const auto choose = [&](auto begin, auto end, auto suits) {
    const auto found = std::find_if(begin, end, [&](const Scene& scene) { return is_new(scene) && suits(scene); });
    if (found == end) return false;
    chosen.push_back(&*found);
    return true;
  };
  const auto any = [](const Scene&) { return true; };
  if (!choose(scenes.begin(), scenes.end(), any)) return;
  const auto is_outside = [](const Scene& scene) { return scene.setting == "EXT"; };
  if (!choose(scenes.begin(), scenes.end(), is_outside) && !choose(scenes.begin(), scenes.end(), any)) return;
  const auto last_third = scenes.begin() + static_cast<std::ptrdiff_t>(scenes.size() * 2 / 3);
  if (!choose(last_third, scenes.end(), any)) choose(scenes.begin(), scenes.end(), any);
  for (const Scene* scene : chosen) {
    bible.places.push_back(place_name(scene->place));
    bible.sources.push_back({.of = bible.places.back(), .kind = "scene", .quote = scene->heading, .at = scene->begin});
  }
}

/// The mean of the arc over a scene.
void feel(const FilmKnowledge& film, BibleScene& scene) {
  int points = 0;
  for (const ArcPoint& point : film.arc) {
    if (point.at < scene.piece.begin || point.at >= scene.piece.end) continue;
    scene.valence += point.valence;
    scene.tension += point.tension;
    ++points;
  }
  if (points == 0) return;
  scene.valence /= points;
  scene.tension /= points;
}

/// Scenes with people of the bible, as long as one looks at a picture beside a text.
void add_footage(const FilmKnowledge& film, const std::string& file, Bible& bible) {
  constexpr FilmTime kLongest = std::chrono::seconds(40);
  if (file.empty()) return;
  const auto is_known = [&](const std::string& name) { return std::ranges::find(bible.characters, name, &BibleCharacter::name) != bible.characters.end(); };
  for (const Scene& scene : film.timeline.scenes) {
    if (bible.scenes.size() == kMost) return;
    BibleScene known{.piece = {.file = file, .begin = scene.begin, .end = std::min(scene.end, scene.begin + kLongest)}};
    std::ranges::copy_if(scene.characters, std::back_inserter(known.people), is_known);
    feel(film, known);
    if (!known.people.empty()) bible.scenes.push_back(std::move(known));
  }
}

/// The first thing that somebody is said to have.
void add_item(const Plot& plot, Bible& bible) {
  for (const PlotEvent& event : plot.events) {
    for (const auto* facts : {&event.preconditions, &event.effects}) {
      for (const std::string& fact : *facts) {
        constexpr std::string_view kHas = " has the ";
        const auto has = fact.find(kHas);
        if (has == std::string::npos || fact.size() - has - kHas.size() > kLongestName) continue;
        bible.items = {fact.substr(has + kHas.size())};
        bible.sources.push_back({.of = bible.items.front(), .kind = "event", .quote = event.evidence, .at = event.at});
        return;
      }
    }
  }
}

std::string quote_of(std::string_view text, const Span& span) {
  const std::size_t begin = std::min(span.begin, text.size());
  return std::string(text.substr(begin, std::max(span.end, begin) - begin));
}

enum class Bearing { Neutral, Hostile, Friendly };

Bearing bearing_of(std::string_view verb) {
  constexpr std::array<std::string_view, 22> kHostile = {"hunt",  "fight",    "chase",   "attack",    "kidnap",   "capture", "kill", "betray",
                                                         "steal", "threaten", "pursue",  "defeat",    "rob",      "accuse",  "trap", "haunt",
                                                         "hate",  "enslave",  "deceive", "blackmail", "confront", "oppose"};
  constexpr std::array<std::string_view, 16> kFriendly = {"help",  "free",    "save", "rescue", "love", "meet",  "befriend", "teach",
                                                          "guide", "protect", "join", "marry",  "find", "trust", "support",  "follow"};
  constexpr std::array<std::string_view, 17> kChineseHostile = {"偷",   "抢",   "杀",   "追",   "背叛", "欺骗", "绑架", "囚禁", "威胁",
                                                                "攻击", "袭击", "陷害", "打败", "击败", "报复", "逮捕", "抓"};
  constexpr std::array<std::string_view, 13> kChineseFriendly = {"帮", "保护", "救", "拯救", "爱", "遇", "认识", "结识", "嫁", "娶", "照顾", "收养", "释放"};
  const auto is_begun = [&](std::string_view base) { return verb.starts_with(base); };
  if (std::ranges::any_of(kChineseHostile, is_begun)) return Bearing::Hostile;
  if (std::ranges::any_of(kChineseFriendly, is_begun)) return Bearing::Friendly;
  const auto is_form = [&](std::string_view base) { return verb.starts_with(base.substr(0, base.size() - (base.ends_with('e') ? 1 : 0))); };
  if (std::ranges::any_of(kHostile, is_form)) return Bearing::Hostile;
  return std::ranges::any_of(kFriendly, is_form) ? Bearing::Friendly : Bearing::Neutral;
}

/// Roles by name: from what is done between the hero and others, the rest in order.
std::map<std::string, std::string> roles_in(const ToldPlot& plot) {
  std::map<std::string, std::string> roles;
  if (plot.people.empty()) return roles;
  const auto is_person = [&](const std::string& name) { return std::ranges::find(plot.people, name, &ToldPerson::name) != plot.people.end(); };
  const auto actor = std::ranges::find_if(plot.events, [&](const ToldEvent& event) { return is_person(event.subject); });
  const std::string hero = actor == plot.events.end() ? plot.people.front().name : actor->subject;
  roles[hero] = "hero";
  const auto is_free = [&](const char* role) { return std::ranges::none_of(roles, [&](const auto& one) { return one.second == role; }); };
  for (const ToldEvent& event : plot.events) {
    const std::string& other = event.subject == hero ? event.object : event.subject;
    if ((event.subject != hero && event.object != hero) || !is_person(other) || roles.contains(other)) continue;
    const Bearing bearing = bearing_of(event.verb);
    const char* role = bearing == Bearing::Hostile ? "foe" : bearing == Bearing::Friendly ? "ally" : nullptr;
    if (role != nullptr && is_free(role)) roles[other] = role;
  }
  for (const ToldPerson& person : plot.people) {
    for (const char* role : {"ally", "mentor", "foe"}) {
      if (!roles.contains(person.name) && is_free(role)) roles[person.name] = role;
    }
  }
  return roles;
}

}  // namespace

bool is_empty(const Bible& bible) { return bible.characters.empty() && bible.places.empty() && bible.items.empty() && bible.facts.empty(); }

Expected<void> check_bible(const Bible& bible, const SchemaLibrary& library) {
  for (const std::size_t count :
       {bible.characters.size(), bible.places.size(), bible.items.size(), bible.facts.size(), bible.sources.size(), bible.scenes.size()}) {
    if (count > kMost) return refuse(fmt::format("at most {} of each kind, {} are given", kMost, count));
  }
  CINELOOM_TRY(check_people(bible));
  for (const auto* names : {&bible.places, &bible.items}) {
    for (const std::string& name : *names) { CINELOOM_TRY(check_name(name)); }
  }
  return check_facts(bible, library);
}

Bible bible_of_film(const FilmKnowledge& film, const std::string& file) {
  Bible bible;
  const auto roles = roles_in(film.plot);
  for (const Character& character : film.plot.characters) {
    if (bible.characters.size() == kMostOfFilm) break;
    const auto role = roles.find(character.name);
    bible.characters.push_back({.name = character.name, .role = role == roles.end() ? "" : role->second, .voice = voice_in(film, character.name)});
    const auto line = std::ranges::find(film.timeline.lines, character.name, &Line::speaker);
    if (line != film.timeline.lines.end()) bible.sources.push_back({.of = character.name, .kind = "line", .quote = line->text, .at = line->begin});
  }
  add_places(film, bible);
  add_item(film.plot, bible);
  add_footage(film, file, bible);
  return bible;
}

Bible bible_of_told_plot(const ToldPlot& plot, std::string_view text) {
  Bible bible;
  const auto roles = roles_in(plot);
  for (const ToldPerson& person : plot.people) {
    if (bible.characters.size() == kMostOfFilm) break;
    const auto role = roles.find(person.name);
    bible.characters.push_back({.name = person.name, .role = role == roles.end() ? "" : role->second});
    const auto event = std::ranges::find_if(plot.events, [&](const ToldEvent& each) { return each.subject == person.name || each.object == person.name; });
    if (event != plot.events.end()) bible.sources.push_back({.of = person.name, .kind = "premise", .quote = quote_of(text, event->span)});
  }
  return bible;
}

}  // namespace cineloom
