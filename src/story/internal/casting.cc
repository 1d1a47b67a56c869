#include "story/internal/casting.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "story/internal/event_table.h"

namespace cineloom::story {
namespace {

/// Who is told of first.
constexpr std::array<const char*, 4> kCastingOrder = {"hero", "mentor", "ally", "foe"};

/// Capitalised words of the premise that do not begin it.
std::vector<std::string> names_in(const std::string& premise) {
  std::vector<std::string> names;
  for (std::size_t at = 1; at < premise.size(); ++at) {
    if (premise[at] < 'A' || premise[at] > 'Z' || premise[at - 1] != ' ') continue;
    std::size_t end = at;
    while (end < premise.size() && std::isalpha(static_cast<unsigned char>(premise[end])) != 0) ++end;
    if (end - at > 1) names.push_back(premise.substr(at, end - at));
  }
  return names;
}

/// Names of a role: the genre's, or what every genre has.
const SchemaTellings* names_of(const std::string& role, const StoryRequest& request, const SchemaLibrary& library) {
  if (const GenreData* genre = library.find_genre(request.genre.empty() ? "adventure" : request.genre); genre != nullptr) {
    if (const auto own = genre->names.find(role); own != genre->names.end()) return &own->second;
  }
  const auto common = library.names.find(role);
  return common == library.names.end() ? nullptr : &common->second;
}

/// The same word in the other language, where the role's names have it in both.
std::string in_other_language(const std::string& role, const std::string& name, const StoryRequest& request, const SchemaLibrary& library) {
  const SchemaTellings* names = names_of(role, request, library);
  if (names == nullptr) return name;
  for (std::size_t i = 0; i < std::min(names->english.size(), names->chinese.size()); ++i) {
    if (names->english[i] == name) return names->chinese[i];
    if (names->chinese[i] == name) return names->english[i];
  }
  return name;
}

/// Every word with a capital but the small ones inside.
std::string title_case(std::string text) {
  constexpr std::array<std::string_view, 12> kSmall = {"a", "an", "the", "of", "in", "on", "to", "and", "or", "as", "but", "by"};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const bool is_small = at > 0 && std::ranges::find(kSmall, std::string_view(text).substr(at, end - at)) != kSmall.end();
    if (!is_small && text[at] >= 'a' && text[at] <= 'z') text[at] = static_cast<char>(text[at] - 'a' + 'A');
    at = end + 1;
  }
  return text;
}

std::string voice_of(const std::string& role, Seed seed) {
  constexpr std::array<std::string_view, 3> kVoices = {"", kTerse, kTalkative};
  return std::string(kVoices[Random(derive_seed(derive_seed(seed, "voices"), role)).below(kVoices.size())]);
}

/// Where the hero is and that home is calm, unless something else is said of them.
void add_beginning(Bible& bible) {
  const auto says_where = [](const Fact& fact) { return fact.predicate == "at" && fact.subject == "hero"; };
  if (std::ranges::none_of(bible.facts, says_where)) bible.facts.push_back(parse_fact("at hero home"));
  const auto says_how = [](const Fact& fact) { return fact.subject == "home"; };
  if (std::ranges::none_of(bible.facts, says_how)) bible.facts.push_back(parse_fact("calm home"));
}

}  // namespace

Cast choose_cast(const StoryRequest& request, const SchemaLibrary& library) {
  const bool is_chinese = request.language == "zh";
  Cast cast = {{"road", is_chinese ? "路" : "the road"}, {"secret", is_chinese ? "秘密" : "the secret"}};
  for (const char* role : {"hero", "ally", "foe", "mentor", "item", "home", "road", "lair"}) {
    const SchemaTellings* names = names_of(role, request, library);
    if (names == nullptr) continue;
    const auto& list = is_chinese ? names->chinese : names->english;
    if (!list.empty()) cast[role] = list[Random(derive_seed(derive_seed(request.seed, "names"), role)).below(list.size())];
  }
  const std::vector<std::string> given = names_in(request.premise);
  if (request.bible.characters.empty()) {
    for (std::size_t i = 0; i < std::min(given.size(), kCastingOrder.size()); ++i) cast[kCastingOrder[i]] = given[i];
  }
  for (auto& [role, name] : cast_of(request.bible, request.language)) cast[role] = name;
  return cast;
}

Cast cast_of(const Bible& bible, const std::string& language) {
  Cast cast = {{"secret", language == "zh" ? "秘密" : "the secret"}};
  constexpr std::array<const char*, 3> kPlaces = {"home", "road", "lair"};
  for (std::size_t i = 0; i < std::min(kPlaces.size(), bible.places.size()); ++i) cast[kPlaces[i]] = bible.places[i];
  if (!bible.items.empty()) cast["item"] = bible.items.front();
  std::vector<std::string> without_role;
  for (const BibleCharacter& character : bible.characters) {
    if (character.role.empty()) {
      without_role.push_back(character.name);
    } else {
      cast[character.role] = character.name;
    }
  }
  auto next = without_role.begin();
  for (const char* role : kCastingOrder) {
    if (next != without_role.end() && !cast.contains(role)) cast[role] = *next++;
  }
  return cast;
}

LocalText title_of(const Cast& cast, const StoryRequest& request, const SchemaLibrary& library) {
  Cast other = cast;
  for (auto& [role, name] : other) name = in_other_language(role, name, request, library);
  other["road"] = cast.at("road");
  const bool is_chinese = request.language == "zh";
  const SchemaTellings& titles = library.titles;
  const std::size_t which = Random(derive_seed(request.seed, "title")).below(std::max<std::size_t>(1, std::min(titles.english.size(), titles.chinese.size())));
  if (titles.english.empty() || titles.chinese.empty()) return {.english = cast.at("hero"), .chinese = cast.at("hero")};
  return {.english = title_case(fill(titles.english[which], is_chinese ? other : cast)), .chinese = fill(titles.chinese[which], is_chinese ? cast : other)};
}

Bible bible_of(const Cast& cast, const StoryRequest& request, const SchemaLibrary& library) {
  const Bible& given = request.bible;
  Bible bible = given;
  bible.characters.clear();
  for (const char* role : kPeople) {
    const auto own = std::ranges::find_if(given.characters, [&](const BibleCharacter& one) { return one.role == role || one.name == cast.at(role); });
    BibleCharacter character = own == given.characters.end() ? BibleCharacter() : *own;
    character.name = cast.at(role);
    character.role = role;
    if (own == given.characters.end()) character.voice = voice_of(role, request.seed);
    const auto goals = library.goals.find(role);
    if (character.goals.empty() && goals != library.goals.end()) {
      for (const SchemaGoal& goal : goals->second) character.goals.push_back({.fact = parse_fact(goal.fact), .weight = goal.weight});
    }
    bible.characters.push_back(std::move(character));
  }
  for (const BibleCharacter& character : given.characters) {
    if (std::ranges::find(bible.characters, character.name, &BibleCharacter::name) == bible.characters.end()) bible.characters.push_back(character);
  }
  const auto put_first = [](std::vector<std::string>& list, std::size_t at, const std::string& name) {
    if (list.size() <= at) list.push_back(name);
  };
  put_first(bible.places, 0, cast.at("home"));
  put_first(bible.places, 1, cast.at("road"));
  put_first(bible.places, 2, cast.at("lair"));
  put_first(bible.items, 0, cast.at("item"));
  add_beginning(bible);
  bible.setups = library.setups;
  return bible;
}

}  // namespace cineloom::story
