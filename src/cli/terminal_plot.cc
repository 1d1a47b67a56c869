#include "cli/terminal_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/utf8.h"

namespace cineloom::cli {
namespace {

/// A grid of braille cells, two dots wide and four high.
class Braille {
 public:
  Braille(int columns, int rows) : columns_(columns), rows_(rows), cells_(static_cast<std::size_t>(columns * rows), 0) {}

  void dot(int x, int y) {
    constexpr std::array<std::array<unsigned, 2>, 4> kBits = {{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
    if (x < 0 || y < 0 || x >= 2 * columns_ || y >= 4 * rows_) return;
    cells_[static_cast<std::size_t>(y / 4 * columns_ + x / 2)] |= kBits[static_cast<std::size_t>(y % 4)][static_cast<std::size_t>(x % 2)];
  }

  [[nodiscard]] std::string row(int row) const {
    std::string text;
    for (int column = 0; column < columns_; ++column) { append_utf8(text, 0x2800 + cells_[static_cast<std::size_t>(row * columns_ + column)]); }
    return text;
  }

 private:
  int columns_;
  int rows_;
  std::vector<unsigned> cells_;
};

double sample(std::span<const double> values, double position) {
  const double at = position * static_cast<double>(values.size() - 1);
  const auto before = static_cast<std::size_t>(at);
  const std::size_t after = std::min(before + 1, values.size() - 1);
  return std::lerp(values[before], values[after], at - std::floor(at));
}

}  // namespace

std::string draw_curve(std::span<const double> values, const CurvePlot& plot) {
  Braille grid(plot.columns, plot.rows);
  const int width = 2 * plot.columns;
  const int height = 4 * plot.rows;
  const auto y_of = [&](double value) {
    const double share = (std::clamp(value, plot.low, plot.high) - plot.low) / (plot.high - plot.low);
    return static_cast<int>(std::lround((1 - share) * (height - 1)));
  };
  if (plot.low < 0 && plot.high > 0) {
    for (int x = 0; x < width; x += 6) grid.dot(x, y_of(0));
  }
  int last = values.empty() ? 0 : y_of(values.front());
  for (int x = 0; x < width && !values.empty(); ++x) {
    const int y = y_of(sample(values, static_cast<double>(x) / (width - 1)));
    for (int step = std::min(last, y); step <= std::max(last, y); ++step) grid.dot(x, step);
    last = y;
  }
  std::string text;
  for (int row = 0; row < plot.rows; ++row) {
    const bool is_edge = row == 0 || row == plot.rows - 1;
    text += is_edge ? fmt::format("{:>5.1f} ", row == 0 ? plot.high : plot.low) : std::string(6, ' ');
    text += "┤" + grid.row(row) + "\n";
  }
  return text;
}

std::string draw_scatter(std::span<const std::pair<double, double>> points, int columns, int rows) {
  std::vector<int> counts(static_cast<std::size_t>(columns * rows), 0);
  for (const auto& [actual, predicted] : points) {
    const auto place = [](double stars, int cells) { return std::clamp(static_cast<int>((stars - 0.5) / 4.5 * cells), 0, cells - 1); };
    ++counts[static_cast<std::size_t>((rows - 1 - place(predicted, rows)) * columns + place(actual, columns))];
  }
  const int most = std::max(1, *std::ranges::max_element(counts));
  constexpr std::array<std::string_view, 5> kShades = {" ", "░", "▒", "▓", "█"};
  std::string text;
  for (int row = 0; row < rows; ++row) {
    text += row == 0 ? "  5.0 ┤" : row == rows - 1 ? "  0.5 ┤" : "      ┤";
    for (int column = 0; column < columns; ++column) {
      const int count = counts[static_cast<std::size_t>(row * columns + column)];
      text += kShades[count == 0 ? 0 : 1 + static_cast<std::size_t>(3.99 * std::sqrt(static_cast<double>(count) / most))];
    }
    text += "\n";
  }
  return text + fmt::format("       0.5{:>{}}\n", "5.0  actual stars", columns);
}

std::string draw_bars(std::span<const Bar> bars, int cells) {
  std::size_t widest = 0;
  for (const Bar& bar : bars) widest = std::max(widest, display_columns(bar.label));
  std::string text;
  for (const Bar& bar : bars) {
    const int full = static_cast<int>(std::lround(std::clamp(bar.share, 0.0, 1.0) * cells));
    text += "  " + fit(bar.label, widest) + "  ";
    for (int cell = 0; cell < cells; ++cell) text += cell < full ? "█" : "░";
    text += "  " + bar.note + "\n";
  }
  return text;
}

std::string fit(std::string_view text, std::size_t columns) {
  std::string result;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t bytes = decode_utf8(text).value_or(DecodedCharacter{}).bytes;
    const std::size_t width = display_columns(text.substr(0, bytes));
    if (used + width > columns) break;
    result += text.substr(0, bytes);
    used += width;
    text.remove_prefix(bytes);
  }
  return result.append(columns - used, ' ');
}

std::string wrap(std::string_view text, std::size_t columns, std::string_view indent) {
  std::string result;
  std::string line;
  std::string word;
  const auto flush_word = [&] {
    if (!line.empty() && display_columns(line) + display_columns(word) > columns) {
      while (line.ends_with(' ')) line.pop_back();
      result.append(indent).append(line).append("\n");
      line.clear();
    }
    line += word;
    word.clear();
  };
  while (!text.empty()) {
    const auto decoded = decode_utf8(text).value_or(DecodedCharacter{.code_point = U'?', .bytes = 1});
    const std::string_view character = text.substr(0, decoded.bytes);
    text.remove_prefix(decoded.bytes);
    if (character == "\n") {
      flush_word();
      result.append(indent).append(line).append("\n");
      line.clear();
    } else if (character == " ") {
      flush_word();
      if (!line.empty()) line += ' ';
    } else {
      if (is_han(decoded.code_point)) flush_word();
      word += character;
    }
  }
  flush_word();
  if (!line.empty()) result.append(indent).append(line).append("\n");
  return result;
}

}  // namespace cineloom::cli
