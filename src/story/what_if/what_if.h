#pragma once

#include "base/cancel.h"
#include "base/expected.h"
#include "domain/knowledge.h"
#include "domain/script_order.h"
#include "domain/what_if.h"

namespace cineloom {

/// A film to bend or cut: what is known of it and how it is called.
struct FilmToBend {
  const FilmKnowledge& knowledge;
  const ScriptOrder* order = nullptr;  ///< of its screenplay; without it action is spread evenly between lines
  LocalText title;
  std::string file;                    ///< of its footage, relative to the film's folder; empty = it was never shot
};

/// Bends the plot of an analysed film. What happens is its action and its lines; each needs what it answers, whose thing it handles, who told of
/// the place, which event of the plot made it possible. A change hits some of it; what stands on those falls, unless it stands on something
/// else too, somebody who is there takes the part, or a new event bridges the hole. The rest stays as it is.
/// Same film, same changes, same bytes.
/// Errors: those of reading a change; InvalidArgument for no changes or too many, for a film without lines and action; Conflict for changes that
/// contradict each other, with which and the smallest relaxation, and where nothing would be left; Cancelled.
Expected<WhatIf> bend_film(const FilmToBend& film, const WhatIfRequest& request, const CancelToken& cancel);

/// What can be changed. Errors: InvalidArgument for a film without lines and action; Cancelled.
Expected<ChangeChoices> change_choices(const FilmToBend& film, const CancelToken& cancel);

}  // namespace cineloom
