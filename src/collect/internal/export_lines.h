#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "domain/telling.h"

namespace cineloom::collect {

/// A line of the cineloom export that tells an event; `film` beside it is a Film. The first line is {"cineloom_export":1}.
struct ExportedEvent {
  std::string viewer;
  EventKind kind = EventKind::Watch;
  std::optional<double> value;
  std::optional<Feeling> mood;
  std::string at;          ///< "2024-12-31T20:00:00.000Z"
  Precision precision = Precision::Clock;
  std::string origin;
  std::string key;
  double step = 0.5;
  boost::json::value raw;
};
BOOST_DESCRIBE_STRUCT(ExportedEvent, (), (viewer, kind, value, mood, at, precision, origin, key, step, raw))

/// A line with a review; `"review": true` tells it from events.
struct ExportedReview {
  std::string author;
  std::string language;
  std::string text;
  std::optional<double> stars;
  std::string at;
};
BOOST_DESCRIBE_STRUCT(ExportedReview, (), (author, language, text, stars, at))

}  // namespace cineloom::collect
