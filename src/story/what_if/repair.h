#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "story/what_if/change.h"

namespace cineloom::what_if {

/// Why something is as it is now.
enum class Reason {
  Untouched,
  OtherCause,     ///< one of its causes is gone, another is still there (`other`)
  OtherListener,  ///< who was spoken to is gone, `other` listens; -1 = it is said to nobody
  Bridged,        ///< what it needs comes from a new event
  ActorGone,      ///< `other` is not there
  NamesGone,      ///< it speaks of `other`, whom there is not
  NobodyListens,  ///< said to `other` alone, who is not there
  TakenOver,      ///< `other` does it now
  PartCut,        ///< only what does not speak of `other` is left
  NotSeen,        ///< `other` is not there to see it
  Unfit,          ///< beyond the rating
  Negated,        ///< the change says that it does not happen
  AgainstTone,    ///< it pulls the tone the other way, and nothing needs it
  AgainstEnding,  ///< it pulls the ending the other way
  DeathUndone,    ///< nobody dies there any more
  Mourning,       ///< it mourns somebody who lives
  OtherTime,      ///< things in it belong to another time
  LostAnswer,     ///< it answers what is no longer said (`other`: that happening)
  LostThing,      ///< it needs a thing that never came into the story
  LostWay,        ///< nobody knows of the place
  LostEvent       ///< the event it follows from does not happen (`other`)
};

/// What became of one happening.
struct Outcome {
  PlotFate fate = PlotFate::Kept;
  Reason reason = Reason::Untouched;
  int other = -1;           ///< a character or a happening, as the reason says
  std::string what;         ///< the thing or place that was lost
  std::string text;         ///< as it is told now, where it changed
  std::vector<int> actors;  ///< as they are now
};

/// Something that the film does not have.
struct NewEvent {
  int before = 0;           ///< the happening it stands before; one past the last = at the end
  LocalText text;
  LocalText why;
  std::vector<int> actors;
  std::vector<int> serves;  ///< happenings that could not be without it
  double valence = 0;
  int takes_life = -1;      ///< the character who dies in it
};

struct Repair {
  std::vector<Outcome> outcomes;  ///< one for each happening
  std::vector<NewEvent> added;    ///< by place
};

/// Applies the changes and repairs what they broke with the least change: what has another cause stays, a part that is needed goes to
/// somebody who is there, and only where several things would be lost is a new event put in. Linear in the happenings for each try.
/// Errors: Conflict where nothing would be left, or a tone cannot be reached; Cancelled.
Expected<Repair> repair(const FilmModel& model, std::span<const Change> changes, const CancelToken& cancel);

/// Mean valence of what is left of the film's own happenings, and of the whole film: by these a change of tone is measured.
double mean_valence(const FilmModel& model, const Repair* repair);

/// How far the mean must move for a film to count as lighter or darker: a fifth of the spread of its happenings.
double tone_step(const FilmModel& model);

}  // namespace cineloom::what_if
