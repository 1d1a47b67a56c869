#include "story/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/json.h"

namespace cineloom {
namespace {

constexpr std::array<std::string_view, 9> kRoles = {"hero", "ally", "foe", "mentor", "item", "home", "road", "lair", "secret"};

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

Expected<void> check_tellings(const EventSchema& schema) {
  if (schema.text.english.size() < 2 || schema.text.chinese.size() < 2) return refuse(schema, "expected two tellings in each language");
  if (schema.label.english.empty() || schema.label.chinese.empty()) return refuse(schema, "expected a label in each language");
  for (const auto* tellings : {&schema.text.english, &schema.text.chinese}) {
    for (const std::string& telling : *tellings) {
      for (auto open = telling.find('{'); open != std::string::npos; open = telling.find('{', open + 1)) {
        const auto close = telling.find('}', open);
        const std::string slot = close == std::string::npos ? telling.substr(open) : telling.substr(open + 1, close - open - 1);
        if (!is_role(slot)) return refuse(schema, fmt::format("'{}' is no role", slot));
      }
    }
  }
  return {};
}

Expected<void> check(const EventSchema& schema) {
  if (schema.name.empty()) return refuse(schema, "expected a name");
  if (!(schema.valence >= -1 && schema.valence <= 1)) return refuse(schema, "valence is -1 to 1");
  if (!(schema.tension >= 0 && schema.tension <= 1)) return refuse(schema, "tension is 0 to 1");
  CINELOOM_TRY(check_facts(schema));
  return check_tellings(schema);
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
  CINELOOM_TRY_ASSIGN(const std::string schemas, read_file(folder / "schemas.json"));
  CINELOOM_TRY_ASSIGN_IN(library.schemas, json::read<std::vector<EventSchema>>(schemas), "reading schemas.json");
  CINELOOM_TRY_ASSIGN(const std::string names, read_file(folder / "names.json"));
  CINELOOM_TRY_ASSIGN_IN(library.names, (json::read<std::map<std::string, SchemaTellings>>(names)), "reading names.json");
  std::set<std::string> seen;
  for (const EventSchema& schema : library.schemas) {
    CINELOOM_TRY(check(schema));
    if (!seen.insert(schema.name).second) return refuse(schema, "the name is used twice");
  }
  return library;
}

}  // namespace cineloom
