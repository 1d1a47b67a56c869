#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/feeling.h"
#include "domain/ids.h"
#include "domain/screenplay.h"
#include "domain/text.h"
#include "domain/time.h"
#include "domain/timeline.h"

namespace cineloom {

/// A stretch of the film in one place and time.
struct Scene {
  FilmTime begin{0};
  FilmTime end{0};
  std::string heading;                  ///< from the screenplay, or empty
  std::string setting;                  ///< "INT", "EXT" or "INT/EXT", where the heading says so
  std::string place;
  std::string time_of_day;
  std::vector<std::string> characters;  ///< who speaks or is named in it, by importance
  std::string action;                   ///< the screenplay's action in it, joined by '\n'
  int first_shot = 0;                   ///< index into the shots
  int last_shot = 0;                    ///< inclusive
  double confidence = 0;                ///< in its bounds, 0 .. 1
  bool is_interpolated = false;         ///< nobody is heard in it: it was placed between its neighbours
};
BOOST_DESCRIBE_STRUCT(Scene, (), (begin, end, heading, setting, place, time_of_day, characters, action, first_shot, last_shot, confidence, is_interpolated))

enum class LineKind { Spoken, Sung, Sound };
BOOST_DESCRIBE_ENUM(LineKind, Spoken, Sung, Sound)

/// A spoken line, or what a subtitle says of a song or a sound.
struct Line {
  FilmTime begin{0};
  FilmTime end{0};
  std::string speaker;    ///< empty = not known
  std::string text;
  LineKind kind = LineKind::Spoken;
  int scene = -1;         ///< index into the scenes, -1 = none
  double confidence = 0;  ///< in the speaker, 0 .. 1
  Feeling feeling;
};
BOOST_DESCRIBE_STRUCT(Line, (), (begin, end, speaker, text, kind, scene, confidence, feeling))

/// Whose face a person's is, from who speaks while it is seen.
struct PersonName {
  int person = 0;         ///< index into the people of the picture
  std::string character;
  double confidence = 0;  ///< share of the lines spoken in sight of the face that are the character's, 0 .. 1
  int lines = 0;          ///< of the character in sight of the face
};
BOOST_DESCRIBE_STRUCT(PersonName, (), (person, character, confidence, lines))

/// What fusing screenplay, subtitles and picture gave.
struct Timeline {
  std::vector<Scene> scenes;
  std::vector<Line> lines;
  std::vector<PersonName> names;  ///< of people whose faces are seen; those not in it are not known
  double dialogue_coverage = 0;   ///< share of the spoken lines that were found in the screenplay, 0 .. 1
  double screenplay_overlap = 0;  ///< share of the subtitles' runs of four words that the screenplay has, 0 .. 1
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(Timeline, (), (scenes, lines, names, dialogue_coverage, screenplay_overlap, warnings))

struct ArcPoint {
  FilmTime at{0};
  double valence = 0;  ///< -1 .. 1
  double tension = 0;  ///< 0 .. 1
  double low = 0;      ///< valence is between here
  double high = 0;     ///< and here in 90 of 100 resamplings of what is said; both equal valence where nothing is said
  std::optional<double> audience = std::nullopt;  ///< praise (> 0) or blame of reviews for this moment, -1 .. 1; none where too few speak of it
  int mentions = 0;                ///< clauses of reviews that speak of it
};
BOOST_DESCRIBE_STRUCT(ArcPoint, (), (at, valence, tension, low, high, audience, mentions))

using Arc = std::vector<ArcPoint>;

struct Character {
  std::string name;
  std::vector<std::string> aliases;
  int lines = 0;
  int words = 0;
  FilmTime first{0};        ///< first line
  double importance = 0;    ///< 0 .. 1, sums to 1 over the film
  std::string description;  ///< what the film says of them, quoted or computed
};
BOOST_DESCRIBE_STRUCT(Character, (), (name, aliases, lines, words, first, importance, description))

struct Relation {
  std::string a;
  std::string b;
  int scenes_together = 0;
  int lines_between = 0;  ///< one answers the other
  double warmth = 0;      ///< mean valence of what they say to each other, -1 .. 1
};
BOOST_DESCRIBE_STRUCT(Relation, (), (a, b, scenes_together, lines_between, warmth))

/// Something that happens and changes what is true.
struct PlotEvent {
  std::string title;
  int scene = 0;
  FilmTime at{0};
  std::vector<std::string> actors;
  std::vector<std::string> preconditions;
  std::vector<std::string> effects;
  double valence = 0;    ///< for the protagonist, -1 .. 1
  double tension = 0;    ///< 0 .. 1
  std::string evidence;  ///< the words of the film it was taken from
  Span span;             ///< of these words in the scene's action
  std::vector<int> causes;  ///< earlier events of the list that made its preconditions true
};
BOOST_DESCRIBE_STRUCT(PlotEvent, (), (title, scene, at, actors, preconditions, effects, valence, tension, evidence, span, causes))

enum class TurningPointKind { Opportunity, ChangeOfPlans, PointOfNoReturn, MajorSetback, Climax };
BOOST_DESCRIBE_ENUM(TurningPointKind, Opportunity, ChangeOfPlans, PointOfNoReturn, MajorSetback, Climax)

struct TurningPoint {
  TurningPointKind kind = TurningPointKind::Opportunity;
  FilmTime at{0};
  int scene = 0;
  std::string why;  ///< what was measured there
};
BOOST_DESCRIBE_STRUCT(TurningPoint, (), (kind, at, scene, why))

struct Plot {
  std::vector<Character> characters;  ///< most important first
  std::vector<Relation> relations;
  std::vector<PlotEvent> events;      ///< in film order
  std::vector<TurningPoint> turning_points;
  std::string synopsis;               ///< extracted from the scenes
};
BOOST_DESCRIBE_STRUCT(Plot, (), (characters, relations, events, turning_points, synopsis))

/// A piece of a review that speaks of one aspect.
struct AspectQuote {
  std::string text;
  std::string language;
  ReviewId review;
  double valence = 0;
  Span span;                  ///< of the review's text
  std::vector<Span> because;  ///< the words that judge, in the review's text; negations are in them
};
BOOST_DESCRIBE_STRUCT(AspectQuote, (), (text, language, review, valence, span, because))

struct AspectOpinion {
  std::string aspect;  ///< "story", "picture", "music", "pace", "characters", "ending", ...
  int positive = 0;    ///< number of clauses
  int negative = 0;
  double intensity = 0;  ///< how strongly the clauses judge, mean of 0 .. 1
  std::vector<AspectQuote> quotes;  ///< the clearest first
};
BOOST_DESCRIBE_STRUCT(AspectOpinion, (), (aspect, positive, negative, intensity, quotes))

/// A piece of a review that judges a stretch of the film.
struct AudienceMoment {
  FilmTime begin{0};
  FilmTime end{0};
  double valence = 0;  ///< -1 .. 1
  ReviewId review;
  Span span;           ///< of the review's text
  std::string text;
};
BOOST_DESCRIBE_STRUCT(AudienceMoment, (), (begin, end, valence, review, span, text))

/// How an audience feels about a film, from its reviews.
struct AudienceOpinion {
  int reviews = 0;
  std::optional<double> mean_stars;
  double positive_share = 0;  ///< of the reviews: by the writers' stars (more than three of five) where they gave any, by the text where not
  std::vector<AspectOpinion> aspects;  ///< most spoken of first
  std::vector<AspectOpinion> parts;    ///< "beginning", "middle", "end" of the film, where clauses judge them
  std::vector<AudienceMoment> moments; ///< in film order
};
BOOST_DESCRIBE_STRUCT(AudienceOpinion, (), (reviews, mean_stars, positive_share, aspects, parts, moments))

/// All that is known of an analysed film.
struct FilmKnowledge {
  FilmId film;
  VideoFindings video;
  Timeline timeline;
  Arc arc;
  Plot plot;
  AudienceOpinion audience;
  std::vector<std::string> warnings;  ///< parts that failed, each with its cause; the rest stands
};
BOOST_DESCRIBE_STRUCT(FilmKnowledge, (), (film, video, timeline, arc, plot, audience, warnings))

}  // namespace cineloom
