#pragma once

#include <boost/describe.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"
#include "domain/story.h"
#include "story/schema.h"

/// Tells what a planner decided: by a language model where its words hold against the facts, by the schemas' templates where not.
namespace cineloom::story {

/// How a fact is said in English: "held foe hero" is "capture", done by the fact's subject to its object.
struct Saying {
  std::string predicate;
  std::string object;   ///< the role that it is for; empty = any
  std::string verb;     ///< base form, its subject is the fact's
  std::string whom;     ///< "object", or empty
  std::string thing;    ///< "object" or a word, or empty
  std::string with;     ///< "object", or empty
  std::string place;    ///< "object", or empty
  std::string keyword;
};
BOOST_DESCRIBE_STRUCT(Saying, (), (predicate, object, verb, whom, thing, with, place, keyword))

/// models/story/sayings.json.
struct Sayings {
  std::vector<Saying> facts;
  std::map<std::string, std::vector<std::string>> words;  ///< by predicate: words that claim it, "prison-" for all that begin so
  std::vector<std::string> never;                         ///< words that claim what no fact of these stories is

  /// Errors: NotFound, InvalidArgument.
  static Expected<Sayings> load(const std::filesystem::path& folder);
};
BOOST_DESCRIBE_STRUCT(Sayings, (), (facts, words, never))

/// A fact as a sentence: verb, who does it and what stands around it. Names, not roles.
struct SpokenFact {
  Fact fact;
  std::string verb;
  std::string who;
  std::string whom;
  std::string thing;
  std::string with;
  std::string place;
  std::string keyword;
};

/// One event that is to be told. All names are those that stand in the text.
struct TellingTask {
  std::string language;
  std::vector<Fact> added;          ///< has to be said
  std::vector<Fact> known;          ///< may be said: what was true before
  std::vector<SpokenFact> spoken;   ///< the added facts as sentences; empty if one of them has no saying
  std::vector<std::string> must_name;  ///< the people and things of the added facts
  std::vector<std::string> may_name;   ///< those of the known facts too, and all places
  std::string plain;                ///< the template's telling
  std::string narrator;             ///< who tells it as "I"; empty = nobody
  std::string style;                ///< of the request
  Seed seed = 1;
  std::string fault;                ///< of the last attempt, in words; empty at the first
};

/// A telling and what it claims. A teller that cannot say what its words claim names what it made sure of.
struct Told {
  std::string text;
  std::vector<Fact> claims;
};

/// One rung of the ladder.
struct Teller {
  std::string name;
  std::vector<std::string> languages;
  int attempts = 2;
  std::function<Expected<Told>(const TellingTask&)> tell;
};

/// Hears each node as soon as it has its words.
using NodeListener = std::function<void(const StoryNode&)>;

struct Retelling {
  Story story;
  std::map<std::string, int> told_by;  ///< events by the name of who told them; "templates" for the rest
  std::map<std::string, int> faults;   ///< tellings that were refused, by what was wrong
};

/// What is wrong with a telling, in words; empty if it says all that was added, claims nothing that is not so, names who takes part and
/// nobody else.
std::string fault_of(const Told& told, const TellingTask& task, const std::vector<std::string>& everybody, const Sayings& sayings);

/// Tells every event by the first rung that finds words for it, else by the schema's template. What happens stays as it is. A rung whose model fails
/// three times in a row is left out from then on. Errors: Cancelled; NotFound for a schema that is gone.
Expected<Retelling> retell_story(Story story, const std::vector<Teller>& ladder, const SchemaLibrary& library, const Sayings& sayings, Progress& progress,
                                 const CancelToken& cancel, const NodeListener& on_told = {});

}  // namespace cineloom::story
