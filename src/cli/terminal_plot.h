#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/knowledge.h"

namespace cineloom::cli {

/// Plots for terminals, in Unicode; every line ends with a line feed.

/// Curves over a common x axis, drawn with braille dots; values outside [low, high] are clipped.
struct CurvePlot {
  int columns = 64;  ///< characters of the plot itself, >= 8
  int rows = 7;      ///< >= 2
  double low = -1;
  double high = 1;
};
std::string draw_curve(std::span<const double> values, const CurvePlot& plot);

/// Actual against predicted stars, both 0.5 .. 5; darker blocks hold more points.
std::string draw_scatter(std::span<const std::pair<double, double>> points, int columns = 40, int rows = 12);

/// "Mira        ████████████░░░░  0.42" for each entry; shares are 0 .. 1.
struct Bar {
  std::string label;
  double share = 0;
  std::string note;
};
std::string draw_bars(std::span<const Bar> bars, int cells = 24);

/// Cuts or fills to a number of terminal columns; wide characters count two.
std::string fit(std::string_view text, std::size_t columns);

/// Breaks text at blanks (anywhere for Chinese) so that no line is wider, with an indent before each line.
std::string wrap(std::string_view text, std::size_t columns, std::string_view indent = "");

}  // namespace cineloom::cli
