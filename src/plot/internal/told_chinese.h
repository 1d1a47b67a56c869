#pragma once

#include <string_view>

#include "domain/told_plot.h"

namespace cineloom::plot {

/// Whether most letters of a text are Han characters.
bool is_chinese(std::string_view text);

/// People, relations and events of a plot told in simplified Chinese; key sentences and turning points are left empty. People are found by
/// surnames, by forms of address and by the characters that foreign names are written with, where what stands around them speaks of a
/// person. Linear in the length of the text.
ToldPlot read_told_chinese(std::string_view text);

}  // namespace cineloom::plot
