#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "domain/story.h"
#include "domain/text.h"
#include "domain/time.h"

namespace cineloom {

/// A stretch of a cut: real footage, or a card where there is none.
struct CutStretch {
  FootagePiece footage;     ///< of the film; a card stands where it begins and takes nothing of it (begin = end)
  FilmTime length{0};       ///< how long the stretch lasts in the cut, > 0
  LocalText card;           ///< what stands on the screen instead of footage; empty = footage
  LocalText why;            ///< it is there
  int scene = -1;           ///< index into the film's scenes
};
BOOST_DESCRIBE_STRUCT(CutStretch, (), (footage, length, card, why, scene))

/// The film, or a part of it, in another order or with gaps: pieces of real footage and cards between them, in playing order.
struct FilmCut {
  LocalText title;
  std::vector<CutStretch> stretches;
  FilmTime length{0};       ///< of all stretches
  FilmTime film_length{0};
  LocalText summary;        ///< what it tells, in sentences of the film
  std::vector<LocalText> notes;  ///< what the viewer should know of the cut
};
BOOST_DESCRIBE_STRUCT(FilmCut, (), (title, stretches, length, film_length, summary, notes))

/// What is wanted of a film; exactly one of the first five says what kind of cut it is.
struct CutWish {
  FilmTime recap_to{-1};           ///< what the part from here on needs of the part before; -1 = no recap
  FilmTime summary_to{-1};         ///< what happened up to here, without what comes; -1 = no summary
  bool is_shortest = false;        ///< the least that keeps the chain of causes to the ending
  std::vector<std::string> skip;   ///< "fear", "violence", "sex", "drugs", "language"
  std::string character;           ///< only where this one acts or is spoken to
  FilmTime most{0};                ///< of a recap; 0 = a tenth of the film, at most two minutes
};
BOOST_DESCRIBE_STRUCT(CutWish, (), (recap_to, summary_to, is_shortest, skip, character, most))

}  // namespace cineloom
