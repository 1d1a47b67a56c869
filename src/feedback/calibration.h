#pragma once

#include <span>
#include <vector>

#include "domain/event.h"
#include "domain/forecast.h"

namespace cineloom {

/// Forecasts with the first rating the viewer gave the film, in order of rating. A forecast whose film has an earlier rating than
/// its lock (an import brought it later) is no forecast and stays out. `forecasts` and `events` of any viewers, in any order.
std::vector<ForecastPair> pair_forecasts(std::span<const Forecast> forecasts, std::span<const Event> events);

/// How well forecasts came true. Bins of the forecast stars are half a star wide. Coverage counts a rating as inside if the
/// interval holds it, ends included.
Calibration calibrate(std::span<const Forecast> forecasts, std::span<const Event> events);

}  // namespace cineloom
