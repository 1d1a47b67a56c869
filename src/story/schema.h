#pragma once

#include <boost/describe.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/expected.h"
#include "domain/story.h"

namespace cineloom {

struct SchemaTellings {
  std::vector<std::string> english;
  std::vector<std::string> chinese;
};
BOOST_DESCRIBE_STRUCT(SchemaTellings, (), (english, chinese))

/// A kind of event: what it needs, changes and feels like. Facts are "predicate subject object" over roles.
struct EventSchema {
  std::string name;
  double valence = 0;  ///< change of the hero's fortune, -1 .. 1
  double tension = 0;  ///< 0 .. 1
  int age = 0;         ///< least age it is fit for
  std::vector<std::string> needs;
  std::vector<std::string> adds;
  std::vector<std::string> removes;
  LocalText label;     ///< of the choice that leads to it
  SchemaTellings text; ///< with {role} where a name goes
};
BOOST_DESCRIBE_STRUCT(EventSchema, (), (name, valence, tension, age, needs, adds, removes, label, text))

/// The schemas of a folder and the names for their roles.
struct SchemaLibrary {
  std::vector<EventSchema> schemas;
  std::map<std::string, SchemaTellings> names;

  /// Reads schemas.json and names.json. Errors: NotFound; InvalidArgument that names the schema and the fault: an unknown
  /// role, a slot that is no role, fewer than two tellings in a language, a number out of range, a name used twice.
  static Expected<SchemaLibrary> load(const std::filesystem::path& folder);
};

/// Parses "predicate subject object" (the object may be missing).
Fact parse_fact(const std::string& text);

}  // namespace cineloom
