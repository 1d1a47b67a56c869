#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A small writer of SVG for plots that stand alone or inside a page, in light and in dark.
namespace cineloom {

enum class Anchor { Start, Middle, End };

/// Shapes in pixels from the upper left corner; what they look like is in the classes of plot_style().
class SvgCanvas {
 public:
  SvgCanvas(double width, double height) : width_(width), height_(height) {}

  void line(std::pair<double, double> from, std::pair<double, double> to, std::string_view look);
  void path(std::span<const std::pair<double, double>> points, std::string_view look);
  void box(std::pair<double, double> corner, std::pair<double, double> size, std::string_view look, double opacity = 1);
  void dot(std::pair<double, double> center, double radius, std::string_view look, double opacity = 1);
  /// A box filled with "#rrggbb", whatever the theme.
  void colored_box(std::pair<double, double> corner, std::pair<double, double> size, std::string_view color);
  void weighted_line(std::pair<double, double> from, std::pair<double, double> to, std::string_view look, double width, double opacity);
  /// An image from a data address.
  void picture(std::pair<double, double> corner, std::pair<double, double> size, std::string_view address);
  void text(std::pair<double, double> at, std::string_view words, std::string_view look, Anchor anchor = Anchor::Start);
  /// Text that reads upwards.
  void upward_text(std::pair<double, double> at, std::string_view words, std::string_view look);

  /// A whole document with its own style; `title` is read out to those who cannot see.
  [[nodiscard]] std::string finish(std::string_view title) const;

 private:
  double width_;
  double height_;
  std::string body_;
};

/// One axis: values to pixels.
struct PlotAxis {
  double low = 0;
  double high = 1;
  double begin = 0;  ///< pixel of `low`
  double end = 1;    ///< pixel of `high`

  [[nodiscard]] double at(double value) const { return begin + (value - low) / (high - low) * (end - begin); }
  /// Round values between low and high, about `count` of them.
  [[nodiscard]] std::vector<double> ticks(int count = 5) const;
};

/// A tick's value with no more digits than it needs.
std::string tick_text(double value);
/// "1:02:03" or "2:03".
std::string clock_text(long long milliseconds);

/// Columns that text of this size takes, in pixels: wide characters count double.
double text_pixels(std::string_view words, double size = 13);

/// Names of the looks of series, in order; they repeat after the last.
std::string_view series_look(std::size_t index);

/// The style sheet of plots, light and dark.
std::string_view plot_style();

}  // namespace cineloom
