#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "domain/film_cut.h"
#include "domain/story.h"
#include "domain/text.h"
#include "domain/time.h"

namespace cineloom {

/// What is to become of a film: sentences of the grammar in docs/formats/changes.md, English or Chinese.
struct WhatIfRequest {
  FilmId film;
  std::vector<std::string> changes;  ///< 1 .. 12, each at most 400 bytes
  std::string language = "en";       ///< of the story: "en" or "zh"
};
BOOST_DESCRIBE_STRUCT(WhatIfRequest, (), (film, changes, language))

enum class PlotFate { Kept, Changed, Removed, New };
BOOST_DESCRIBE_ENUM(PlotFate, Kept, Changed, Removed, New)

/// Where in the film something stands.
struct FilmSource {
  int scene = -1;   ///< index into the scenes
  int shot = -1;    ///< index into the shots; -1 = no footage
  int line = -1;    ///< index into the lines; -1 = not spoken
  Span action;      ///< of the scene's action; empty = not in it
  FilmTime begin{0};
  FilmTime end{0};
};
BOOST_DESCRIBE_STRUCT(FilmSource, (), (scene, shot, line, action, begin, end))

/// One thing that happens in the film or in what became of it.
struct PlotChange {
  PlotFate fate = PlotFate::Kept;
  std::vector<std::string> actors;  ///< who acts or speaks, as it is now; as it was where it is removed
  std::string was;                  ///< the film's words; empty where it is new
  LocalText now;                    ///< empty where it is removed
  LocalText why;
  FilmSource source;                ///< new ones: where they stand
  std::vector<int> needs;           ///< indices of this list on which it stands as it is now; for removed ones, what they lost
  bool is_in_cone = false;          ///< reached by the change, directly or through causes
};
BOOST_DESCRIBE_STRUCT(PlotChange, (), (fate, actors, was, now, why, source, needs, is_in_cone))

/// A film bent by changes: what stays, what gives way, what must be added, and how it plays.
struct WhatIf {
  std::vector<LocalText> understood;  ///< each change, as it was read
  std::vector<PlotChange> plot;       ///< in the order of the telling
  int kept = 0;
  int changed = 0;
  int removed = 0;
  int added = 0;
  Story story;                        ///< the film up to the parting, then the film's way or the other one
  FilmCut cut;                        ///< the other way over the real footage, with cards for what was never shot
};
BOOST_DESCRIBE_STRUCT(WhatIf, (), (understood, plot, kept, changed, removed, added, story, cut))

/// What can be changed in a film, for people who are about to ask.
struct ChangeChoices {
  std::vector<std::string> characters;  ///< most important first
  std::vector<std::string> dying;       ///< those who die in the film
  struct Event {
    int number = 0;                     ///< as "event 3 does not happen" counts
    FilmTime at{0};
    std::string title;
  };
  std::vector<Event> events;
  std::vector<LocalText> forms;         ///< sentences that are understood
};
BOOST_DESCRIBE_STRUCT(ChangeChoices::Event, (), (number, at, title))
BOOST_DESCRIBE_STRUCT(ChangeChoices, (), (characters, dying, events, forms))

}  // namespace cineloom
