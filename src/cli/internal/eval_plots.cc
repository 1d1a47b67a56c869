#include "cli/internal/eval_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/svg_canvas.h"
#include "cli/internal/eval_table.h"

namespace cineloom::cli {
namespace {

constexpr double kWidth = 560;
constexpr double kTop = 46;
constexpr double kLeft = 62;
constexpr double kRight = 24;
constexpr double kBottom = 54;
constexpr double kSide = 380;            // height of the square plots
constexpr std::size_t kMostCategories = 21;
constexpr int kRows = 36;                // cells across the forecasts

using Point = std::pair<double, double>;

const std::string& in(const std::string& language, const std::string& english, const std::string& chinese) { return language == "zh" ? chinese : english; }

void begin(SvgCanvas& canvas, double height, std::string_view title) {
  canvas.box({0, 0}, {kWidth, height}, "paper");
  canvas.text({kLeft, 26}, title, "title");
}

/// Frame with ticks and the names of both axes.
void draw_axes(SvgCanvas& canvas, const PlotAxis& x, const PlotAxis& y, std::string_view x_name, std::string_view y_name) {
  for (const double tick : y.ticks()) {
    canvas.line({x.begin, y.at(tick)}, {x.end, y.at(tick)}, "grid");
    canvas.text({x.begin - 8, y.at(tick) + 4}, tick_text(tick), "soft", Anchor::End);
  }
  for (const double tick : x.ticks()) canvas.text({x.at(tick), y.begin + 18}, tick_text(tick), "soft", Anchor::Middle);
  canvas.line({x.begin, y.begin}, {x.end, y.begin}, "axis");
  canvas.text({(x.begin + x.end) / 2, y.begin + 40}, x_name, "soft", Anchor::Middle);
  canvas.upward_text({16, (y.begin + y.end) / 2}, y_name, "soft");
}

struct Scale {
  double low = 0;
  double high = 1;
};

Scale scale_of(const std::vector<RatedPrediction>& points) {
  Scale scale{.low = points.front().actual, .high = points.front().actual};
  for (const RatedPrediction& point : points) {
    scale.low = std::min({scale.low, point.actual, point.predicted});
    scale.high = std::max({scale.high, point.actual, point.predicted});
  }
  if (scale.high - scale.low < 1e-9) scale.high = scale.low + 1;
  return scale;
}

/// The smallest step between two actual ratings; a fortieth of the scale where they lie close.
double step_of(const std::vector<RatedPrediction>& points, const Scale& scale) {
  std::vector<double> values;
  for (const RatedPrediction& point : points) values.push_back(point.actual);
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
  const double least = (scale.high - scale.low) / 40;
  if (values.size() < 2 || values.size() > kMostCategories) return least;
  double step = scale.high - scale.low;
  for (std::size_t at = 1; at < values.size(); ++at) step = std::min(step, values[at] - values[at - 1]);
  return std::max(step, least);
}

void draw_cells(SvgCanvas& canvas, const std::vector<RatedPrediction>& points, const Scale& scale, double step, const PlotAxis& x, const PlotAxis& y) {
  std::map<std::pair<long, int>, int> counts;
  int most = 1;
  const double row_height = (scale.high - scale.low) / kRows;
  for (const RatedPrediction& point : points) {
    const auto row = std::min(kRows - 1, static_cast<int>((point.predicted - scale.low) / row_height));
    most = std::max(most, ++counts[{std::lround((point.actual - scale.low) / step), row}]);
  }
  const double width = 0.86 * (x.at(scale.low + step) - x.at(scale.low));
  const double height = y.at(scale.low) - y.at(scale.low + row_height);
  for (const auto& [cell, count] : counts) {
    const double center = x.at(scale.low + static_cast<double>(cell.first) * step);
    const double top = y.at(scale.low + (cell.second + 1) * row_height);
    canvas.box({center - width / 2, top}, {width, height + 0.2}, "cell", 0.1 + 0.9 * std::sqrt(static_cast<double>(count) / most));
  }
}

void draw_means(SvgCanvas& canvas, const std::vector<RatedPrediction>& points, const PlotAxis& x, const PlotAxis& y) {
  std::map<double, std::pair<double, int>> sums;
  for (const RatedPrediction& point : points) {
    auto& [sum, count] = sums[point.actual];
    sum += point.predicted;
    ++count;
  }
  if (sums.size() > kMostCategories) return;
  for (const auto& [actual, pair] : sums) canvas.dot({x.at(actual), y.at(pair.first / pair.second)}, 5, "mean");
}

double value_of(const ModelFigures& model, std::string_view metric) {
  const auto found = std::ranges::find(model.values, metric, &MeasuredValue::metric);
  return found == model.values.end() ? 0 : found->value;
}

/// A line and a name per series, below the title; as many rows as it takes.
double draw_legend(SvgCanvas& canvas, const std::vector<std::string>& names, double top) {
  double x = kLeft;
  for (std::size_t at = 0; at < names.size(); ++at) {
    const double width = 34 + text_pixels(names[at]) + 18;
    if (x > kLeft && x + width > kWidth - kRight) {
      x = kLeft;
      top += 20;
    }
    canvas.line({x, top - 4}, {x + 22, top - 4}, std::string(series_look(at)) + " open");
    canvas.dot({x + 11, top - 4}, 3.5, series_look(at));
    canvas.text({x + 30, top}, names[at], "ink");
    x += width;
  }
  return top;
}

void draw_series(SvgCanvas& canvas, const std::vector<Point>& points, std::size_t index) {
  canvas.path(points, series_look(index));
  for (const Point& point : points) canvas.dot(point, 3.5, series_look(index));
}

}  // namespace

std::string scatter_plot(const EvaluationReport& report, const ModelFigures& model, const std::string& language) {
  if (model.points.empty()) return {};
  const double height = kTop + 22 + kSide + kBottom + 26;
  SvgCanvas canvas(kWidth, height);
  const std::string title = fmt::format("{} · {}", in(language, "Predicted against actual", "预测与实际评分"), model.model);
  begin(canvas, height, title);
  canvas.text({kLeft, kTop},
              fmt::format("MSE {:.4f}   RMSE {:.4f}   MAE {:.4f}   n = {}", value_of(model, "mse"), value_of(model, "rmse"), value_of(model, "mae"),
                          model.points.size()),
              "soft");
  const Scale scale = scale_of(model.points);
  const double step = step_of(model.points, scale);
  const PlotAxis x{.low = scale.low - step * 0.6, .high = scale.high + step * 0.6, .begin = kLeft, .end = kWidth - kRight};
  const PlotAxis y{.low = scale.low, .high = scale.high, .begin = kTop + 22 + kSide, .end = kTop + 22};
  draw_axes(canvas, x, y, in(language, "actual rating", "实际评分"), in(language, "predicted rating", "预测评分"));
  draw_cells(canvas, model.points, scale, step, x, y);
  canvas.line({x.at(scale.low), y.at(scale.low)}, {x.at(scale.high), y.at(scale.high)}, "ideal");
  draw_means(canvas, model.points, x, y);
  canvas.text({(x.begin + x.end) / 2, height - 12},
              in(language, "dashed: a perfect forecast · dots: means · darker: more ratings", "虚线：完全准确 · 圆点：均值 · 颜色越深评分越多"), "soft",
              Anchor::Middle);
  return canvas.finish(title + ", " + report.data);
}

std::string calibration_plot(const EvaluationReport& report, const std::string& language) {
  std::vector<std::string> names;
  Scale scale{.low = 1e30, .high = -1e30};
  for (const ModelFigures& model : report.models) {
    if (model.calibration.empty()) continue;
    names.push_back(model.model);
    for (const CalibrationBin& bin : model.calibration) {
      scale.low = std::min({scale.low, bin.predicted, bin.actual});
      scale.high = std::max({scale.high, bin.predicted, bin.actual});
    }
  }
  if (names.empty() || scale.high - scale.low < 1e-9) return {};
  const double legend_rows = 3;
  const double height = kTop + 20 * legend_rows + kSide + kBottom;
  SvgCanvas canvas(kWidth, height);
  const std::string title = in(language, "Calibration", "校准");
  begin(canvas, height, title);
  const double top = draw_legend(canvas, names, kTop + 4) + 18;
  const double room = 0.03 * (scale.high - scale.low);
  const PlotAxis x{.low = scale.low - room, .high = scale.high + room, .begin = kLeft, .end = kWidth - kRight};
  const PlotAxis y{.low = scale.low - room, .high = scale.high + room, .begin = height - kBottom, .end = top};
  draw_axes(canvas, x, y, in(language, "mean forecast", "平均预测"), in(language, "mean rating given", "平均实际评分"));
  canvas.line({x.at(scale.low), y.at(scale.low)}, {x.at(scale.high), y.at(scale.high)}, "ideal");
  std::size_t index = 0;
  for (const ModelFigures& model : report.models) {
    if (model.calibration.empty()) continue;
    std::vector<Point> points;
    for (const CalibrationBin& bin : model.calibration) points.emplace_back(x.at(bin.predicted), y.at(bin.actual));
    draw_series(canvas, points, index++);
  }
  return canvas.finish(title + ", " + report.data);
}

std::string metric_plot(const EvaluationReport& report, const std::string& language) {
  const bool is_error = !report.models.front().points.empty();
  double least = 1e30;
  double most = 1e-9;
  double name_width = 0;
  for (const ModelFigures& model : report.models) {
    least = std::min(least, model.values.front().low);
    most = std::max(most, model.values.front().high);
    name_width = std::max(name_width, text_pixels(model.model));
  }
  constexpr double kRow = 34;
  const double height = kTop + kRow * static_cast<double>(report.models.size()) + kBottom;
  SvgCanvas canvas(kWidth, height);
  const std::string metric = metric_label(report.main_metric);
  const std::string title = metric + " " + (is_error ? in(language, "(less is better)", "（越小越好）") : in(language, "(more is better)", "（越大越好）"));
  const double left = 24 + name_width + 12;
  canvas.box({0, 0}, {kWidth, height}, "paper");
  canvas.text({24, 26}, title, "title");
  const double room = 0.08 * (most - least);
  const PlotAxis x{.low = is_error ? least - room : 0, .high = is_error ? most + room : most, .begin = left, .end = kWidth - 78};
  const double bottom = kTop + kRow * static_cast<double>(report.models.size());
  for (const double tick : x.ticks()) {
    canvas.line({x.at(tick), kTop}, {x.at(tick), bottom}, "grid");
    canvas.text({x.at(tick), bottom + 18}, tick_text(tick), "soft", Anchor::Middle);
  }
  for (std::size_t at = 0; at < report.models.size(); ++at) {
    const ModelFigures& model = report.models[at];
    const MeasuredValue& value = model.values.front();
    const double middle = kTop + kRow * (static_cast<double>(at) + 0.5);
    canvas.text({left - 12, middle + 4}, model.model, "ink", Anchor::End);
    if (!is_error) canvas.box({x.at(0), middle - 10}, {std::max(0.0, x.at(value.value) - x.at(0)), 20}, std::string(series_look(at)) + " bar", 0.85);
    canvas.line({x.at(value.low), middle}, {x.at(value.high), middle}, "whisker");
    for (const double end : {value.low, value.high}) canvas.line({x.at(end), middle - 5}, {x.at(end), middle + 5}, "whisker");
    if (is_error) canvas.dot({x.at(value.value), middle}, 5.5, series_look(at));
    canvas.text({kWidth - kRight, middle + 4}, metric_text(value.metric, value.value), "ink", Anchor::End);
  }
  canvas.text({(x.begin + x.end) / 2, bottom + 40}, in(language, "with 95 % intervals by bootstrap over users", "附按用户自助法得到的 95 % 区间"), "soft",
              Anchor::Middle);
  return canvas.finish(title + ", " + report.data);
}

std::string learning_plot(const EvaluationReport& report, const std::string& language) {
  std::vector<std::string> names;
  Scale scale{.low = 1e30, .high = -1e30};
  for (const ModelFigures& model : report.models) {
    if (!model.learning.empty()) names.push_back(model.model);
    for (const LearningPoint& point : model.learning) {
      scale.low = std::min(scale.low, point.value);
      scale.high = std::max(scale.high, point.value);
    }
  }
  if (names.empty()) return {};
  const double room = std::max(1e-6, 0.06 * (scale.high - scale.low));
  const double height = kTop + 60 + kSide * 0.75 + kBottom;
  SvgCanvas canvas(kWidth, height);
  const std::string metric = metric_label(report.main_metric);
  const std::string title = metric + in(language, " by share of the training data", " 随训练数据比例的变化");
  begin(canvas, height, title);
  const double top = draw_legend(canvas, names, kTop + 4) + 18;
  const PlotAxis x{.low = 0, .high = 100, .begin = kLeft, .end = kWidth - kRight};
  const PlotAxis y{.low = scale.low - room, .high = scale.high + room, .begin = height - kBottom, .end = top};
  draw_axes(canvas, x, y, in(language, "% of the training data", "训练数据的百分比"), metric);
  std::size_t index = 0;
  for (const ModelFigures& model : report.models) {
    if (model.learning.empty()) continue;
    std::vector<Point> points;
    for (const LearningPoint& point : model.learning) points.emplace_back(x.at(100 * point.share), y.at(point.value));
    draw_series(canvas, points, index++);
  }
  return canvas.finish(title + ", " + report.data);
}

std::vector<NamedPlot> all_plots(const EvaluationReport& report, const std::string& language) {
  std::vector<NamedPlot> plots = {{"metric", metric_plot(report, language)},
                                  {"scatter", scatter_plot(report, report.models.front(), language)},
                                  {"calibration", calibration_plot(report, language)},
                                  {"learning-curve", learning_plot(report, language)}};
  std::erase_if(plots, [](const NamedPlot& plot) { return plot.svg.empty(); });
  return plots;
}

}  // namespace cineloom::cli
