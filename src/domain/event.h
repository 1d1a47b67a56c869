#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "domain/feeling.h"
#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

enum class EventKind { Rate, Watch, Like, Hide, Unhide, Skip, Abandon, Wish };
BOOST_DESCRIBE_ENUM(EventKind, Rate, Watch, Like, Hide, Unhide, Skip, Abandon, Wish)

/// Something a viewer did with a film. Watching is not liking: only Rate and Like speak of taste; Wish puts it on the list to watch.
struct Event {
  EventId id;
  ViewerId viewer;
  FilmId film;
  EventKind kind = EventKind::Watch;
  std::optional<double> value;     ///< stars 0.5 .. 5 for Rate, share watched 0 .. 1 for Abandon
  Timestamp at;
  std::optional<Feeling> mood;     ///< the viewer's, where known
  std::string key;                 ///< chosen by the sender; the same key from a viewer counts once; empty = none
  std::string origin;              ///< where it comes from: "cineloom", "letterboxd", "simulated", ...
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, viewer, film, kind, value, at, mood, key, origin))

struct Viewer {
  ViewerId id;
  std::string name;          ///< unique
  bool is_simulated = false; ///< made by the demo library's generator, not a person
};
BOOST_DESCRIBE_STRUCT(Viewer, (), (id, name, is_simulated))

struct Review {
  ReviewId id;
  FilmId film;
  std::string author;
  std::string language;         ///< BCP 47: "en", "zh"
  std::string text;
  std::optional<double> stars;  ///< 0.5 .. 5
  Timestamp at;
};
BOOST_DESCRIBE_STRUCT(Review, (), (id, film, author, language, text, stars, at))

}  // namespace cineloom
