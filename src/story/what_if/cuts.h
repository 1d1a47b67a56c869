#pragma once

#include "story/what_if/what_if.h"

namespace cineloom {

/// Cuts an analysed film by what its happenings need of each other: what the coming part needs of the part before, the least that leads to the
/// ending, the film without what somebody does not want to see (what the rest needs of it stands on cards), one character's part, or what
/// happened up to a time without a word of what comes.
/// Errors: InvalidArgument for no wish or several, a time outside the film, an unknown kind of content, a film without lines and action;
/// NotFound for somebody who is not in the film; Conflict where nothing would be left; Cancelled.
Expected<FilmCut> cut_film(const FilmToBend& film, const CutWish& wish, const CancelToken& cancel);

}  // namespace cineloom
