#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/ranks.h"
#include "domain/event.h"
#include "domain/film.h"
#include "recommend/data/past.h"
#include "recommend/models/ials.h"

namespace cineloom {

/// What all viewers say together, where they are more than one process holds.
struct CommonTaste {
  std::optional<Ials> likes;      ///< nothing where nobody liked anything
  std::vector<double> seen;       ///< by film: how many have seen it
  WatchMeaning watching = WatchMeaning::Nothing;
};

/// Learns it by several processes. `own`: all events of this rank's viewers, each viewer's in order of time; no viewer may belong to two
/// ranks. The same bit for bit for any number of ranks (fit_in_ranks). Errors: those of fit_in_ranks.
Expected<CommonTaste> learn_in_ranks(std::span<const Film> films, std::span<const Event> own, Ranks& ranks, const IalsOptions& options, Progress& progress,
                                     const CancelToken& cancel);

}  // namespace cineloom
