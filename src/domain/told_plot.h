#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/knowledge.h"
#include "domain/text.h"

namespace cineloom {

/// Somebody whom a told plot names.
struct ToldPerson {
  std::string name;                  ///< the fullest form
  std::vector<std::string> aliases;  ///< other forms, most used first
  std::vector<Span> mentions;        ///< in order
};
BOOST_DESCRIBE_STRUCT(ToldPerson, (), (name, aliases, mentions))

struct ToldRelation {
  std::string a;
  std::string b;
  int sentences = 0;  ///< that name both
  Span first;         ///< the first of them
};
BOOST_DESCRIBE_STRUCT(ToldRelation, (), (a, b, sentences, first))

/// Who does what to whom, and what brought it about.
struct ToldEvent {
  std::string subject;
  std::string verb;
  std::string object;        ///< a person or the words behind the verb; empty if there are none
  Span span;                 ///< of these words
  std::optional<int> cause;  ///< another event of the list that the text names as the reason
};
BOOST_DESCRIBE_STRUCT(ToldEvent, (), (subject, verb, object, span, cause))

struct ToldTurn {
  TurningPointKind kind = TurningPointKind::Opportunity;
  Span span;              ///< the sentence
  double confidence = 0;  ///< 0 .. 1
};
BOOST_DESCRIBE_STRUCT(ToldTurn, (), (kind, span, confidence))

/// What a plot that is told in sentences says; each finding points to its bytes of the text.
struct ToldPlot {
  std::vector<ToldPerson> people;        ///< most mentioned first
  std::vector<ToldRelation> relations;   ///< closest first
  std::vector<ToldEvent> events;         ///< in order
  std::vector<Span> key_sentences;       ///< in order
  std::vector<ToldTurn> turning_points;  ///< in order; none without a model or for fewer than five sentences
};
BOOST_DESCRIBE_STRUCT(ToldPlot, (), (people, relations, events, key_sentences, turning_points))

}  // namespace cineloom
