#pragma once

#include <string_view>

#include "domain/told_plot.h"
#include "plot/synopsis_turns.h"

namespace cineloom {

/// Reads a synopsis or another told plot in English: people by capitals, events by a name and the verb behind it, causes by words such as
/// "because" and "after". Of other languages sentences and turning points are found, people and events are not. `turns` may be null.
/// Linear in the text, apart from key sentences, which are looked for among the first 400. Empty text gives an empty plot.
ToldPlot read_told_plot(std::string_view text, const SynopsisTurnModel* turns);

}  // namespace cineloom
