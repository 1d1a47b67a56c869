#pragma once

#include "store/store.h"

/// What every store refuses before it writes, with the same words.
namespace cineloom::store {

/// Errors of all: InvalidArgument with what was expected and found.
Expected<void> require_sound(const Slate& slate);
Expected<void> require_sound(const SlateRetention& retention);
Expected<void> require_sound(const SlateQuery& query);
Expected<void> require_sound(const Forecast& forecast);
Expected<void> require_sound(const Experiment& experiment);
Expected<void> require_sound(const NewModel& model);
Expected<void> require_sound(const Release& release);

/// Errors: Conflict if an experiment that has begun is not the one that is to begin again.
Expected<void> require_same(const Experiment& known, Experiment begun);
/// Why a forecast cannot be locked any more.
Error rated_before(const Forecast& forecast);

}  // namespace cineloom::store
