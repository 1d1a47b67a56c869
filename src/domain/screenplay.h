#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "domain/text.h"
#include "domain/time.h"

namespace cineloom {

/// One timed subtitle.
struct Cue {
  FilmTime begin{0};
  FilmTime end{0};
  std::string text;      ///< lines joined by '\n', without markup
  std::string speaker;   ///< label given in the subtitle itself, or empty
  std::string language;  ///< BCP 47
};
BOOST_DESCRIBE_STRUCT(Cue, (), (begin, end, text, speaker, language))

enum class ElementKind {
  SceneHeading,
  Action,
  CharacterCue,
  Parenthetical,
  Dialogue,
  Lyrics,
  Transition,
  Centered,
  Section,
  Synopsis,
  Note,
  PageBreak,
  Boneyard
};
BOOST_DESCRIBE_ENUM(ElementKind, SceneHeading, Action, CharacterCue, Parenthetical, Dialogue, Lyrics, Transition, Centered, Section, Synopsis, Note, PageBreak,
                    Boneyard)

struct ScreenplayElement {
  ElementKind kind = ElementKind::Action;
  std::string text;          ///< without the marks of the format
  std::string extension;     ///< of a character cue: "V.O.", "CONT'D"
  std::string scene_number;  ///< of a heading, where given
  int depth = 0;             ///< of a section, 1 ..
  bool is_dual = false;      ///< dialogue spoken beside the one before
  Span source;               ///< in the file
};
BOOST_DESCRIBE_STRUCT(ScreenplayElement, (), (kind, text, extension, scene_number, depth, is_dual, source))

struct TitlePageEntry {
  std::string key;
  std::vector<std::string> values;
};
BOOST_DESCRIBE_STRUCT(TitlePageEntry, (), (key, values))

struct Screenplay {
  std::vector<TitlePageEntry> title_page;
  std::vector<ScreenplayElement> elements;
};
BOOST_DESCRIBE_STRUCT(Screenplay, (), (title_page, elements))

}  // namespace cineloom
