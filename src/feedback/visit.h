#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "domain/event.h"

namespace cineloom {

struct VisitOptions {
  std::chrono::minutes gap{30};  ///< silence after which a visit is over, > 0
  double fading = 0.8;           ///< weight of an action relative to the one after it, 0 .. 1
};

/// What the viewer seems to be after now, as the actions of the present visit tell.
struct Visit {
  Timestamp begin;                        ///< of its first action; now for a visit that has none yet
  std::vector<FilmId> taken;              ///< watched, liked or rated well, newest first, each once
  std::vector<FilmId> passed_over;        ///< skipped, hidden, abandoned or rated badly, newest first, each once
  std::map<std::string, double> leanings; ///< by genre, -1 away from it .. 1 towards it; what nothing was said of is missing
};

/// The genres of a film; empty where none are known.
using GenresOf = std::function<std::vector<std::string>(FilmId)>;

/// The visit that goes on at `now`: the actions before it without a longer silence between them. `events` of one viewer in order
/// of time; actions later than now do not count. A film's last word counts: what was skipped and then watched is taken.
Visit present_visit(std::span<const Event> events, Timestamp now, const GenresOf& genres, const VisitOptions& options = {});

}  // namespace cineloom
