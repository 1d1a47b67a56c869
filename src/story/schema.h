#pragma once

#include <boost/describe.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/story.h"

namespace cineloom {

struct SchemaTellings {
  std::vector<std::string> english;
  std::vector<std::string> chinese;
};
BOOST_DESCRIBE_STRUCT(SchemaTellings, (), (english, chinese))

/// Something said aloud in an event, in few words and in many.
struct SchemaLine {
  std::string role;  ///< who says it; kNobody = somebody without a name
  std::string terse;
  std::string talkative;
};
BOOST_DESCRIBE_STRUCT(SchemaLine, (), (role, terse, talkative))

/// Voices of people, and styles of a telling.
inline constexpr std::string_view kTerse = "terse";
inline constexpr std::string_view kTalkative = "talkative";

struct SchemaDialogue {
  static constexpr std::string_view kNobody = "voice";
  std::vector<SchemaLine> english;
  std::vector<SchemaLine> chinese;
};
BOOST_DESCRIBE_STRUCT(SchemaDialogue, (), (english, chinese))

/// What other views of a story than its scenes say of a kind of event.
struct SchemaViews {
  LocalText synopsis;  ///< one plain sentence in the present tense, with slots as in tellings
  SchemaDialogue dialogue;
};
BOOST_DESCRIBE_STRUCT(SchemaViews, (), (synopsis, dialogue))

/// A kind of event: what it needs, changes and feels like. Facts are "predicate subject object" over roles.
struct EventSchema {
  std::string name;
  double valence = 0;  ///< change of the hero's fortune, -1 .. 1
  double tension = 0;  ///< 0 .. 1
  int age = 0;         ///< least age it is fit for
  ContentRating rating;
  std::vector<std::string> actors;       ///< roles that do it of their own will; empty = it happens
  std::string motive = "goal";           ///< "goal", or "feeling" for an act that serves none
  std::vector<std::string> hidden_from;  ///< roles that do not learn what it changes
  std::vector<std::string> themes;
  std::vector<std::string> genres;       ///< where it may be told; empty = everywhere
  double from = 0;                       ///< the part of a story where it belongs, as shares
  double until = 1;
  std::vector<std::string> needs;
  std::vector<std::string> adds;
  std::vector<std::string> removes;
  LocalText label;      ///< of the choice that leads to it
  SchemaTellings text;  ///< with {role} where a name goes
};
BOOST_DESCRIBE_STRUCT(EventSchema, (),
                      (name, valence, tension, age, rating, actors, motive, hidden_from, themes, genres, from, until, needs, adds, removes, label, text))

/// What somebody wants: the weight of a fact, below 0 for one that is feared.
struct SchemaGoal {
  std::string fact;
  double weight = 1;
};
BOOST_DESCRIBE_STRUCT(SchemaGoal, (), (fact, weight))

/// Where a kind of story plays: names for its roles and the themes it likes.
struct GenreData {
  std::string name;
  LocalText label;
  std::map<std::string, SchemaTellings> names;
  std::map<std::string, double> themes;
};
BOOST_DESCRIBE_STRUCT(GenreData, (), (name, label, names, themes))

/// A dramatic task and where it ends, as a share of the story.
struct StructureBeat {
  std::string name;
  LocalText label;
  double until = 1;
};
BOOST_DESCRIBE_STRUCT(StructureBeat, (), (name, label, until))

struct StructureData {
  std::string name;
  LocalText label;
  std::vector<StructureBeat> beats;
};
BOOST_DESCRIBE_STRUCT(StructureData, (), (name, label, beats))

/// A name for how a story ends, for the first of the list that fits.
struct EndingData {
  LocalText label;
  std::vector<std::string> needs;  ///< facts
  double least = -1;               ///< fortune of the hero
  double most = 1;
};
BOOST_DESCRIBE_STRUCT(EndingData, (), (label, needs, least, most))

/// What stories are made of: kinds of events, who wants what, which facts are promises, genres and structures.
struct SchemaLibrary {
  static constexpr std::size_t kMostFacts = 256;    ///< different facts in all schemas
  static constexpr std::size_t kMostSchemas = 256;

  std::vector<EventSchema> schemas;
  std::map<std::string, SchemaViews> views;                ///< by schema
  std::map<std::string, SchemaTellings> names;             ///< where the genre has none
  std::map<std::string, std::vector<SchemaGoal>> goals;    ///< by role
  std::vector<std::string> setups;                         ///< predicates of facts that a later event must take up
  std::vector<GenreData> genres;
  std::vector<StructureData> structures;
  std::vector<EndingData> endings;
  std::map<std::string, std::vector<std::string>> film_themes;  ///< what a film's themes and genres are in stories
  SchemaTellings titles;                                   ///< pair by pair the same in both languages

  /// Reads the .json files of a folder. Errors: NotFound; InvalidArgument that names the schema and the fault: an unknown
  /// role, a slot that is no role, fewer than two tellings in a language, no synopsis or nothing said in one, a number out of range, a name
  /// used twice, more facts than kMostFacts.
  static Expected<SchemaLibrary> load(const std::filesystem::path& folder);

  /// Null where there is none of this name.
  [[nodiscard]] const GenreData* find_genre(const std::string& name) const;
  [[nodiscard]] const StructureData* find_structure(const std::string& name) const;
};

/// Parses "predicate subject object" (the object may be missing).
Fact parse_fact(const std::string& text);

}  // namespace cineloom
