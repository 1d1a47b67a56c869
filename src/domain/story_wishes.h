#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "domain/story.h"
#include "domain/text.h"

/// What a story can be asked for, and which of what was asked would have to give way.
namespace cineloom {

/// The dramatic tasks of a story, one after the other.
struct OfferedStructure {
  std::string name;  ///< as StoryRequest::structure has it
  LocalText label;
  std::vector<LocalText> beats;
};
BOOST_DESCRIBE_STRUCT(OfferedStructure, (), (name, label, beats))

/// Something that can be wanted or not wanted of a story.
struct OfferedEvent {
  std::string name;  ///< as StoryRequest::must and never have it
  LocalText label;
  double valence = 0;               ///< change of the hero's fortune, -1 .. 1
  int age = 0;                      ///< least age it is fit for
  ContentRating rating;
  std::vector<std::string> genres;  ///< where it may be told; empty = everywhere
};
BOOST_DESCRIBE_STRUCT(OfferedEvent, (), (name, label, valence, age, rating, genres))

struct StoryOffers {
  std::vector<OfferedStructure> structures;
  std::vector<OfferedEvent> events;
};
BOOST_DESCRIBE_STRUCT(StoryOffers, (), (structures, events))

/// One thing that was asked of a story.
struct StoryDemand {
  std::string kind;  ///< "must", "never", "protects", "max_age_rating", "max_rating": the request's member
  std::string name;  ///< of the event or role; empty for limits
  friend bool operator==(const StoryDemand&, const StoryDemand&) = default;
};
BOOST_DESCRIBE_STRUCT(StoryDemand, (), (kind, name))

/// Without these a plan fits.
struct StoryRelaxation {
  std::vector<StoryDemand> without;
};
BOOST_DESCRIBE_STRUCT(StoryRelaxation, (), (without))

}  // namespace cineloom
