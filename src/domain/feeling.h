#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "domain/text.h"

namespace cineloom {

/// A point in the plane of feelings.
struct Feeling {
  double valence = 0;  ///< -1 unpleasant .. 1 pleasant
  double arousal = 0;  ///< 0 calm .. 1 excited
  friend bool operator==(const Feeling&, const Feeling&) = default;
};
BOOST_DESCRIBE_STRUCT(Feeling, (), (valence, arousal))

struct EmotionWeight {
  std::string name;  ///< lower case, English: "sadness", "joy", ...
  double weight = 0; ///< 0 .. 1
};
BOOST_DESCRIBE_STRUCT(EmotionWeight, (), (name, weight))

/// What in a viewer's sentence caused what.
struct MoodEvidence {
  Span span;           ///< in the viewer's text
  std::string text;    ///< the words at span
  std::string effect;  ///< "valence -0.4", "at most 100 minutes", "genre comedy", ...
};
BOOST_DESCRIBE_STRUCT(MoodEvidence, (), (span, text, effect))

/// Conditions found in a viewer's sentence; empty = no condition.
struct MoodConstraints {
  std::optional<std::chrono::minutes> max_runtime;
  std::vector<std::string> genres;  ///< wanted, in the catalogue's words
  std::vector<std::string> avoid;   ///< genres or themes not wanted
  std::string company;              ///< "alone", "partner", "children", "friends" or empty
  std::string language;             ///< of the film, English name, or empty
};
BOOST_DESCRIBE_STRUCT(MoodConstraints, (), (max_runtime, genres, avoid, company, language))

/// A viewer's state as read from a sentence.
struct Mood {
  Feeling feeling;
  std::vector<EmotionWeight> emotions;  ///< strongest first
  std::optional<Feeling> wish;          ///< what they say they want to feel; beats the policy
  MoodConstraints constraints;
  std::vector<MoodEvidence> evidence;
  double uncertainty = 1;               ///< 0 sure .. 1 nothing was understood
};
BOOST_DESCRIBE_STRUCT(Mood, (), (feeling, emotions, wish, constraints, evidence, uncertainty))

/// What to do about a mood: lighten it, stay in it, or live it through.
enum class MoodPolicy { Lift, Match, Catharsis };
BOOST_DESCRIBE_ENUM(MoodPolicy, Lift, Match, Catharsis)

}  // namespace cineloom
