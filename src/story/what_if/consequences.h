#pragma once

#include <span>
#include <vector>

#include "story/what_if/repair.h"

namespace cineloom::what_if {

/// A place in the film that nobody reaches: who goes from there never goes.
inline constexpr int kNeverGone = 1 << 30;

/// Puts in what the changes themselves bring: a death and who learns of it, a life that goes on, what is not done, another ending; and ways for those who
/// were carried by somebody who is gone. `gone_from`: for each character the first happening without them. The happenings must have been decided.
void add_consequences(const FilmModel& model, std::span<const Change> changes, const std::vector<int>& gone_from, Repair& repair);

/// The first happening of the film's last part: from the climax on, or its last 15 %.
int begin_of_last_part(const FilmModel& model);

}  // namespace cineloom::what_if
