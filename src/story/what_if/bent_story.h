#pragma once

#include "domain/what_if.h"
#include "story/what_if/repair.h"

namespace cineloom::what_if {

/// The other way as a graph that plays: the film up to the scene where the ways part, a choice, then the bent scenes one by one, or the rest as
/// it was filmed. Facts: who is alive, and what happened that something later needs.
Story bent_story(const FilmModel& model, const Repair& repair, const WhatIfRequest& request, const LocalText& title, const std::string& file,
                 const std::vector<LocalText>& understood);

}  // namespace cineloom::what_if
