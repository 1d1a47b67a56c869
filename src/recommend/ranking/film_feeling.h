#pragma once

#include "domain/feeling.h"
#include "domain/film.h"

namespace cineloom {

/// What a film feels like by its genres and themes: the mean of their places in the plane of feelings.
Feeling film_feeling(const Film& film);

/// Where a viewer in this mood should be taken, by policy.
Feeling target_feeling(const Feeling& mood, MoodPolicy policy);

/// How well a film fits a target: 1 at the target, 0 far away.
double mood_fit(const Feeling& film, const Feeling& target);

}  // namespace cineloom
