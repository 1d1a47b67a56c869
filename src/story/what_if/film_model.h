#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "domain/knowledge.h"
#include "domain/script_order.h"
#include "domain/what_if.h"
#include "story/what_if/cast.h"

namespace cineloom::what_if {

enum class NeedKind {
  Answer,   ///< it answers what was said, or speaks of what was just done
  GoesOn,   ///< it says "she" or "they" of those before
  Thing,    ///< the thing it handles or names came into the story before
  Way,      ///< somebody must have heard or seen that the place is there
  Event     ///< an event made true what it needs or says
};

/// Something that must have happened before: any one of the happenings is enough, so one alone is a necessary cause and several are each a
/// sufficient one.
struct Need {
  NeedKind kind = NeedKind::Answer;
  std::string what;         ///< the thing or the place; empty for the others
  std::vector<int> any_of;  ///< earlier happenings, rising, at least one
  bool is_soft = false;     ///< only words stand behind it: whoever says it may know it otherwise
};

/// One thing that happens in the film: a paragraph of action, or a line.
struct Happening {
  int scene = 0;
  FilmTime begin{0};          ///< happenings of a scene share its time without gaps
  FilmTime end{0};
  std::string text;           ///< the film's words
  int line = -1;              ///< index into the lines; -1 = action
  Span action;                ///< in the scene's action
  std::vector<int> actors;    ///< who acts or speaks, first the one it begins with
  std::vector<int> about;     ///< who is spoken of and is not an actor
  int addressee = -1;         ///< whom a line is said to, as far as the order of lines tells
  bool is_introduction = false;  ///< somebody is brought in by name, in capitals
  std::vector<int> events;    ///< of the plot, that are told here
  double valence = 0;
  double tension = 0;
  std::vector<Need> needs;
  [[nodiscard]] bool is_spoken() const { return line >= 0; }
};

/// A death that the film shows or tells.
struct Death {
  int character = 0;
  int happening = 0;      ///< with which it happens
  int mourned_until = 0;  ///< the last happening that mourns; the death's own if nothing does
};

/// A film as a chain of happenings with what each needs of those before it. Built in about linear time.
struct FilmModel {
  const FilmKnowledge* film = nullptr;  ///< outlives the model
  Cast cast;
  std::vector<Happening> happenings;    ///< in film order
  std::vector<std::vector<int>> present;  ///< for each scene: who speaks or acts in it, rising
  std::vector<Death> deaths;
  std::vector<std::string> warnings;    ///< what is missing and what that costs

  [[nodiscard]] bool is_present(int character, int scene) const;
  /// The happening that tells a plot event.
  [[nodiscard]] int teller_of(int event) const;
};

/// Reads the chain out of what is known of a film. `order`: of its screenplay, or null; without it action is spread evenly between lines.
/// Errors: InvalidArgument where there are neither lines nor action to work with; Cancelled.
Expected<FilmModel> model_film(const FilmKnowledge& film, const ScriptOrder* order, const CancelToken& cancel);

/// The gender whose pronouns can only mean the character in that scene; unknown where somebody else there may be meant.
Gender sole_gender(const FilmModel& model, int character, int scene);

/// Finds what each happening needs and who dies; a part of model_film.
void find_needs(FilmModel& model);
void find_deaths(FilmModel& model);

}  // namespace cineloom::what_if
