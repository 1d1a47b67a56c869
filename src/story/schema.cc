#include "story/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/json.h"
#include "story/internal/slots.h"

namespace cineloom {
namespace {

constexpr std::array<std::string_view, 9> kRoles = {"hero", "ally", "foe", "mentor", "item", "home", "road", "lair", "secret"};

constexpr std::array<std::string_view, 4> kPeople = {"hero", "ally", "foe", "mentor"};

bool is_role(std::string_view word) { return std::ranges::find(kRoles, word) != kRoles.end(); }

std::unexpected<Error> refuse(const EventSchema& schema, std::string_view what) {
  return fail(ErrorCode::InvalidArgument, fmt::format("schema '{}': {}", schema.name, what));
}

Expected<void> check_facts(const EventSchema& schema) {
  for (const auto* facts : {&schema.needs, &schema.adds, &schema.removes}) {
    for (const std::string& text : *facts) {
      const Fact fact = parse_fact(text);
      if (!is_role(fact.subject) || (!fact.object.empty() && !is_role(fact.object))) {
        return refuse(schema, fmt::format("'{}' is no fact about known roles", text));
      }
    }
  }
  return {};
}

/// That every slot names roles.
Expected<void> check_slots(const EventSchema& schema, const std::string& telling) {
  for (auto open = telling.find('{'); open != std::string::npos; open = telling.find('{', open + 1)) {
    const auto slot = story::slot_at(telling, open);
    if (!slot || !std::ranges::all_of(slot->roles, is_role)) return refuse(schema, fmt::format("'{}' is no role", telling.substr(open + 1)));
  }
  return {};
}

Expected<void> check_tellings(const EventSchema& schema) {
  if (schema.text.english.size() < 2 || schema.text.chinese.size() < 2) return refuse(schema, "expected two tellings in each language");
  if (schema.label.english.empty() || schema.label.chinese.empty()) return refuse(schema, "expected a label in each language");
  for (const auto* tellings : {&schema.text.english, &schema.text.chinese}) {
    for (const std::string& telling : *tellings) CINELOOM_TRY(check_slots(schema, telling));
  }
  return {};
}

Expected<void> check_people(const EventSchema& schema) {
  if (schema.motive != "goal" && schema.motive != "feeling") return refuse(schema, fmt::format("'{}' is no motive: goal or feeling", schema.motive));
  for (const auto* roles : {&schema.actors, &schema.hidden_from}) {
    for (const std::string& role : *roles) {
      if (std::ranges::find(kPeople, role) == kPeople.end()) return refuse(schema, fmt::format("'{}' is nobody", role));
    }
  }
  return {};
}

Expected<void> check_views(const EventSchema& schema, const std::map<std::string, SchemaViews>& all) {
  const auto views = all.find(schema.name);
  if (views == all.end() || views->second.synopsis.english.empty() || views->second.synopsis.chinese.empty())
    return refuse(schema, "expected a synopsis in each language");
  CINELOOM_TRY(check_slots(schema, views->second.synopsis.english));
  CINELOOM_TRY(check_slots(schema, views->second.synopsis.chinese));
  for (const auto* lines : {&views->second.dialogue.english, &views->second.dialogue.chinese}) {
    if (lines->empty()) return refuse(schema, "expected something said in each language");
    for (const SchemaLine& line : *lines) {
      if (line.role != SchemaDialogue::kNobody && std::ranges::find(kPeople, line.role) == kPeople.end())
        return refuse(schema, fmt::format("'{}' cannot speak", line.role));
      if (line.terse.empty() || line.talkative.empty()) return refuse(schema, "what is said is said in few words and in many");
      CINELOOM_TRY(check_slots(schema, line.terse));
      CINELOOM_TRY(check_slots(schema, line.talkative));
    }
  }
  return {};
}

Expected<void> check_numbers(const EventSchema& schema) {
  if (!(schema.valence >= -1 && schema.valence <= 1)) return refuse(schema, "valence is -1 to 1");
  if (!(schema.tension >= 0 && schema.tension <= 1)) return refuse(schema, "tension is 0 to 1");
  if (!(schema.from >= 0 && schema.from < schema.until && schema.until <= 1)) return refuse(schema, "from and until are 0 to 1, from before until");
  const ContentRating& rating = schema.rating;
  const auto [least, most] = std::ranges::minmax({rating.violence, rating.fear, rating.sex, rating.drugs, rating.language});
  if (least < 0 || most > 4) return refuse(schema, "a rating is 0 to 4");
  return {};
}

Expected<void> check(const EventSchema& schema) {
  if (schema.name.empty()) return refuse(schema, "expected a name");
  CINELOOM_TRY(check_numbers(schema));
  CINELOOM_TRY(check_people(schema));
  CINELOOM_TRY(check_facts(schema));
  return check_tellings(schema);
}

Expected<void> check_all(const SchemaLibrary& library) {
  std::set<std::string> seen;
  std::set<Fact> facts;
  for (const EventSchema& schema : library.schemas) {
    CINELOOM_TRY(check(schema));
    CINELOOM_TRY(check_views(schema, library.views));
    if (!seen.insert(schema.name).second) return refuse(schema, "the name is used twice");
    for (const auto* list : {&schema.needs, &schema.adds, &schema.removes}) std::ranges::transform(*list, std::inserter(facts, facts.end()), parse_fact);
    if (facts.size() > SchemaLibrary::kMostFacts) return refuse(schema, fmt::format("more than {} different facts", SchemaLibrary::kMostFacts));
  }
  if (seen.size() > SchemaLibrary::kMostSchemas) return fail(ErrorCode::InvalidArgument, fmt::format("more than {} schemas", SchemaLibrary::kMostSchemas));
  return {};
}

template <class T>
Expected<void> read_part(const std::filesystem::path& folder, const std::string& name, T& into) {
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(folder / name));
  CINELOOM_TRY_ASSIGN_IN(into, json::read<T>(text), "reading " + name);
  return {};
}

}  // namespace

Fact parse_fact(const std::string& text) {
  Fact fact;
  std::istringstream words(text);
  words >> fact.predicate >> fact.subject >> fact.object;
  return fact;
}

Expected<SchemaLibrary> SchemaLibrary::load(const std::filesystem::path& folder) {
  SchemaLibrary library;
  CINELOOM_TRY(read_part(folder, "schemas.json", library.schemas));
  CINELOOM_TRY(read_part(folder, "views.json", library.views));
  CINELOOM_TRY(read_part(folder, "names.json", library.names));
  CINELOOM_TRY(read_part(folder, "goals.json", library.goals));
  CINELOOM_TRY(read_part(folder, "setups.json", library.setups));
  CINELOOM_TRY(read_part(folder, "genres.json", library.genres));
  CINELOOM_TRY(read_part(folder, "structures.json", library.structures));
  CINELOOM_TRY(read_part(folder, "endings.json", library.endings));
  CINELOOM_TRY(read_part(folder, "titles.json", library.titles));
  CINELOOM_TRY(read_part(folder, "film_themes.json", library.film_themes));
  CINELOOM_TRY(check_all(library));
  return library;
}

const GenreData* SchemaLibrary::find_genre(const std::string& name) const {
  const auto found = std::ranges::find(genres, name, &GenreData::name);
  return found == genres.end() ? nullptr : &*found;
}

const StructureData* SchemaLibrary::find_structure(const std::string& name) const {
  const auto found = std::ranges::find(structures, name, &StructureData::name);
  return found == structures.end() ? nullptr : &*found;
}

}  // namespace cineloom
