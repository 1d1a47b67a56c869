#pragma once

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "domain/text.h"
#include "domain/time.h"

namespace cineloom {

/// The six emotional arcs of stories (Reagan et al. 2016).
enum class ArcShape { RagsToRiches, Tragedy, ManInAHole, Icarus, Cinderella, Oedipus };
BOOST_DESCRIBE_ENUM(ArcShape, RagsToRiches, Tragedy, ManInAHole, Icarus, Cinderella, Oedipus)

/// Something true in a story's world: predicate(subject, object). "alive(Mira)" has no object.
struct Fact {
  std::string predicate;
  std::string subject;
  std::string object;
  friend auto operator<=>(const Fact&, const Fact&) = default;
};
BOOST_DESCRIBE_STRUCT(Fact, (), (predicate, subject, object))

/// What somebody wants to be true (weight above 0) or fears (below 0).
struct StoryGoal {
  Fact fact;
  double weight = 1;
};
BOOST_DESCRIBE_STRUCT(StoryGoal, (), (fact, weight))

struct BibleCharacter {
  std::string name;
  std::string role;                 ///< "hero", "foe", "ally", "mentor"; the subject and object of facts
  std::vector<std::string> traits;
  std::string goal;                 ///< in words
  std::vector<StoryGoal> goals;
  std::string voice;                ///< how they speak: "terse", "talkative"; empty = now so, now so
};
BOOST_DESCRIBE_STRUCT(BibleCharacter, (), (name, role, traits, goal, goals, voice))

/// Where a name or a fact of a bible comes from.
struct BibleSource {
  std::string of;     ///< a name, or a fact as "predicate subject object"
  std::string kind;   ///< "user", "premise", "line", "scene", "event", "planner"
  std::string quote;  ///< the words it was taken from
  FilmTime at{0};     ///< in the film, where it is from one
};
BOOST_DESCRIBE_STRUCT(BibleSource, (), (of, kind, quote, at))

/// A piece of real footage.
struct FootagePiece {
  std::string file;  ///< relative to the film's folder
  FilmTime begin{0};
  FilmTime end{0};
};
BOOST_DESCRIBE_STRUCT(FootagePiece, (), (file, begin, end))

using CutList = std::vector<FootagePiece>;

/// What a film has to show of people of its bible.
struct BibleScene {
  std::vector<std::string> people;  ///< names
  FootagePiece piece;
  double valence = 0;               ///< -1 .. 1
  double tension = 0;               ///< 0 .. 1
};
BOOST_DESCRIBE_STRUCT(BibleScene, (), (people, piece, valence, tension))

/// The world of a story: who is in it, where, with what, and what is true at the beginning.
struct Bible {
  std::vector<BibleCharacter> characters;
  std::vector<std::string> places;
  std::vector<std::string> items;
  std::vector<Fact> facts;
  std::vector<std::string> setups;  ///< predicates that are promises: what becomes true of them is taken up before the story ends
  std::vector<BibleSource> sources;
  std::vector<BibleScene> scenes;   ///< footage that a story of these people can be shown with
};
BOOST_DESCRIBE_STRUCT(Bible, (), (characters, places, items, facts, setups, sources, scenes))

/// What somebody may not want to see, from 0 (none) to 4 (graphic).
struct ContentRating {
  int violence = 0;
  int fear = 0;
  int sex = 0;
  int drugs = 0;
  int language = 0;
  friend bool operator==(const ContentRating&, const ContentRating&) = default;
};
BOOST_DESCRIBE_STRUCT(ContentRating, (), (violence, fear, sex, drugs, language))

inline constexpr ContentRating kAnyContent{.violence = 4, .fear = 4, .sex = 4, .drugs = 4, .language = 4};

/// An event of a schema with its roles filled.
struct StoryEvent {
  std::string schema;               ///< name of the event schema
  LocalText label;                  ///< what it is in a few words
  std::vector<std::string> actors;  ///< roles that do it of their own will; empty = it happens
  std::string motive;               ///< "goal" or "feeling"; empty where it happens
  std::vector<std::string> hidden_from;  ///< roles that do not learn what it changes
  std::vector<std::string> themes;
  ContentRating rating;
  int age = 0;                      ///< least age it is fit for
  std::string place;
  std::vector<Fact> preconditions;
  std::vector<Fact> added;
  std::vector<Fact> removed;
  double valence = 0;               ///< change for the protagonist, -1 .. 1
  double tension = 0;               ///< 0 .. 1
  std::string why;                  ///< who wants it and which facts make it possible
};
BOOST_DESCRIBE_STRUCT(StoryEvent, (),
                      (schema, label, actors, motive, hidden_from, themes, rating, age, place, preconditions, added, removed, valence, tension, why))

struct StoryChoice {
  std::string id;
  LocalText label;
  std::string to;      ///< id of the node it leads to
  std::string effect;  ///< what it changes, foreseeable for the viewer
};
BOOST_DESCRIBE_STRUCT(StoryChoice, (), (id, label, to, effect))

/// A stretch of story without a choice inside it.
struct StoryNode {
  std::string id;
  std::string beat;                  ///< the dramatic task it fills: "setup", "catalyst", "midpoint", ...
  LocalText title;
  std::string text;                  ///< what is told, in the story's language
  std::vector<StoryEvent> events;
  double valence = 0;                ///< of the protagonist at its end, -1 .. 1
  double tension = 0;
  CutList footage;                   ///< empty = text only
  LocalText question;                ///< asked where there are choices
  std::vector<StoryChoice> choices;  ///< empty = an ending
  std::string default_choice;        ///< id of a choice, empty at an ending
  std::optional<LocalText> ending;   ///< the ending's name
};
BOOST_DESCRIBE_STRUCT(StoryNode, (), (id, beat, title, text, events, valence, tension, footage, question, choices, default_choice, ending))

/// Nodes and choices; sound when every node is reachable and leads to an ending.
struct StoryGraph {
  std::string start;
  std::vector<StoryNode> nodes;
};
BOOST_DESCRIBE_STRUCT(StoryGraph, (), (start, nodes))

struct StoryFinding {
  std::string kind;  ///< "unreachable", "dead_end", "contradiction", ...
  std::string node;
  std::string what;
};
BOOST_DESCRIBE_STRUCT(StoryFinding, (), (kind, node, what))

/// What is asked of the story engine.
struct StoryRequest {
  ArcShape arc = ArcShape::ManInAHole;
  std::string genre;     ///< of the catalogue's genres; empty = adventure
  std::string premise;   ///< a sentence; names and places in it are used
  std::string language;  ///< "en" or "zh"
  std::uint64_t seed = 1;
  int decisions = 3;     ///< choice points on a path, 0 .. 15
  int nodes = 0;         ///< at most so many nodes, 16 .. 2000; 0 = as many as the decisions ask for
  int max_age_rating = 12;  ///< nothing on any path beyond it
  ContentRating max_rating = kAnyContent;  ///< nothing on any path beyond it
  std::vector<std::string> must;      ///< event schemas that are told on every path
  std::vector<std::string> never;     ///< event schemas that are told on none
  std::vector<std::string> protects;  ///< roles that come to no harm on any path
  std::map<std::string, double> taste;  ///< liking of themes, -1 .. 1
  std::string structure;              ///< name of a structure for the beats; empty = three acts
  std::string point_of_view;          ///< role that tells it as "I"; empty = nobody of the story
  std::string style;                  ///< "terse", "talkative"; empty = as it comes
  Bible bible;                        ///< people, places, things and facts to begin with; what it leaves open is chosen
  FilmId source;         ///< bible of an analysed film, where `bible` is empty; none = a new story
};
BOOST_DESCRIBE_STRUCT(StoryRequest, (),
                      (arc, genre, premise, language, seed, decisions, nodes, max_age_rating, max_rating, must, never, protects, taste, structure,
                       point_of_view, style, bible, source))

struct Story {
  StoryId id;
  StoryRequest request;
  LocalText title;
  Bible bible;
  StoryGraph graph;
  std::vector<double> requested_arc;  ///< valence at the beats of the default path
  std::vector<double> achieved_arc;
  double arc_correlation = 0;         ///< Pearson r of the two
  std::vector<StoryFinding> findings; ///< of the checker; empty = sound
  std::string realizer;               ///< "templates" or the model's name
};
BOOST_DESCRIBE_STRUCT(Story, (), (id, request, title, bible, graph, requested_arc, achieved_arc, arc_correlation, findings, realizer))

}  // namespace cineloom
