#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipeline/cinema.h"

namespace cineloom {

/// What one of several wants tonight; empty = anything.
struct WishesTogether {
  std::string mood;                  ///< a sentence
  std::vector<FilmId> liked;
  std::vector<FilmId> vetoed;        ///< must not come
  std::vector<std::string> without;  ///< genres or themes that must not come
  std::optional<std::chrono::minutes> time;
};

/// The number under which a guest stands in the answer; no viewer of a library has it.
ViewerId guest_id(std::size_t member);

/// Films for a viewer and their guests: conditions of all of them first, then a list that serves nobody much worse than the others. The
/// first of `members` (one or more) is the viewer's own wishes, beside their history (of no viewer: alone); the others are guests, known by what they say alone: a
/// guest who names no film they like has no taste in the answer. Errors: those of Cinema::recommend; NotFound for a film.
Expected<Recommendation> choose_together(Cinema& cinema, ViewerId host, std::span<const WishesTogether> members, int count, const CancelToken& cancel);

}  // namespace cineloom
