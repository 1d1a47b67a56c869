#include "cli/internal/eval_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "cli/output.h"
#include "cli/terminal_plot.h"

namespace cineloom::cli {
namespace {

constexpr std::size_t kTextColumns = 96;
constexpr std::size_t kMostColumns = 7;  // metrics side by side; the others follow in a second table
constexpr std::size_t kNameColumns = 14;

std::string show_header(const EvaluationReport& report) {
  std::string text = fmt::format("{} {} · {}\n", bold("evaluation of"), report.data, report.protocol);
  text += wrap(report.protocol_description.english, kTextColumns, "  ");
  std::string facts;
  for (const SplitFact& fact : report.facts) facts += fmt::format("{}{} {}", facts.empty() ? "" : " · ", fact.count, fact.name.english);
  text += wrap(facts, kTextColumns, "  ");
  text += faint(fmt::format("  seeds {} · {} threads · {}\n", fmt::join(report.seeds, ", "), report.threads, report.machine));
  if (!report.sha256.empty()) text += faint(fmt::format("  sha256 {}\n", report.sha256));
  for (const LocalText& warning : report.warnings) text += wrap("note: " + warning.english, kTextColumns, "  ");
  return text;
}

std::string cell_of(const MeasuredValue& value) {
  const char* mark = value.is_best ? "*" : value.is_tied_with_best ? "=" : " ";
  return fmt::format("{:>11}{}", metric_text(value.metric, value.value), mark);
}

std::string show_columns(const EvaluationReport& report, std::size_t first, std::size_t count) {
  std::string text = fmt::format("\n  {:<{}}", "model", kNameColumns);
  for (std::size_t at = first; at < first + count; ++at) {
    std::string label = metric_label(report.models.front().values[at].metric);
    text += fmt::format("{:>11} ", label.size() > 11 ? label.substr(label.size() - 11) : label);
  }
  if (first == 0) text += fmt::format("{:>9}{:>9}", "train", "ask");
  text += "\n";
  for (const ModelFigures& model : report.models) {
    text += fmt::format("  {:<{}}", model.model, kNameColumns);
    for (std::size_t at = first; at < first + count; ++at) text += cell_of(model.values[at]);
    if (first == 0) text += fmt::format("{:>7.1f} s{:>7.1f} s", model.fit_seconds, model.ask_seconds);
    text += "\n";
  }
  return text;
}

std::string show_table(const EvaluationReport& report) {
  std::string text;
  const std::size_t metrics = report.models.front().values.size();
  for (std::size_t first = 0; first < metrics; first += kMostColumns) text += show_columns(report, first, std::min(kMostColumns, metrics - first));
  text += faint("  * best   = may be as good as the best (paired bootstrap over users, Holm-corrected, p >= .05)\n");
  return text;
}

std::string show_pairs(const EvaluationReport& report) {
  std::string text;
  for (const PairedComparison& pair : report.comparisons) {
    if (pair.metric != report.main_metric) continue;
    text += fmt::format("  {:<{}} over {:<{}} by {}  95 % {} to {}  p = {:.4f}{}\n", pair.better, kNameColumns, pair.worse, kNameColumns,
                        metric_text(pair.metric, pair.difference), metric_text(pair.metric, pair.low), metric_text(pair.metric, pair.high), pair.p_holm,
                        pair.p_holm < 0.05 ? "" : "  (may be chance)");
  }
  return text.empty() ? text : "\n" + bold(metric_label(report.main_metric) + ", pair by pair") + "\n" + text;
}

std::string show_bars(const EvaluationReport& report) {
  std::vector<Bar> bars;
  double most = 1e-12;
  for (const ModelFigures& model : report.models) most = std::max(most, model.values.front().high);
  for (const ModelFigures& model : report.models) {
    const MeasuredValue& value = model.values.front();
    bars.push_back({.label = model.model,
                    .share = value.value / most,
                    .note = fmt::format("{}  95 % {} to {}", metric_text(value.metric, value.value), metric_text(value.metric, value.low),
                                        metric_text(value.metric, value.high))});
  }
  return "\n" + bold(metric_label(report.main_metric)) + "\n" + draw_bars(bars);
}

std::string show_scatter(const EvaluationReport& report) {
  const ModelFigures& best = report.models.front();
  if (best.points.empty()) return {};
  std::vector<std::pair<double, double>> points;
  const auto [low, high] = std::ranges::minmax(best.points, {}, &RatedPrediction::actual);
  const double width = std::max(high.actual - low.actual, 1e-9);
  // The terminal's scatter is drawn for half a star to five; other scales are stretched to it.
  const bool is_stars = low.actual >= 0.5 && high.actual <= 5;
  const auto place = [&](double value) { return is_stars ? value : 0.5 + (value - low.actual) / width * 4.5; };
  for (const RatedPrediction& point : best.points) points.emplace_back(place(point.actual), place(point.predicted));
  std::string text = fmt::format("\n{} by {}\n{}", bold("predicted against actual"), best.model, draw_scatter(points));
  if (best.interval_coverage) text += fmt::format("  80 % intervals hold {:.1f} % of the ratings\n", 100 * *best.interval_coverage);
  return text;
}

std::string show_learning(const EvaluationReport& report) {
  std::string text;
  for (const ModelFigures& model : report.models) {
    if (model.learning.empty()) continue;
    text += fmt::format("  {:<{}}", model.model, kNameColumns);
    for (const LearningPoint& point : model.learning) text += fmt::format("  {:>3.0f} %: {}", 100 * point.share, metric_text(report.main_metric, point.value));
    text += "\n";
  }
  return text.empty() ? text : "\n" + bold(metric_label(report.main_metric) + " by share of the training data") + "\n" + text;
}

std::string show_settings(const EvaluationReport& report) {
  std::string text;
  for (const ModelFigures& model : report.models) {
    std::string settings;
    for (const auto& [name, value] : model.settings) settings += fmt::format("{}{} {:.4g}", settings.empty() ? "" : ", ", name, value);
    if (model.trials > 0 && !settings.empty())
      text += fmt::format("  {:<{}}{} (best of {} on validation: {})\n", model.model, kNameColumns, settings, model.trials,
                          metric_text(report.main_metric, model.validation_value));
    for (const LocalText& note : model.notes) text += wrap(model.model + ": " + note.english, kTextColumns, "  ");
  }
  return text.empty() ? text : "\n" + bold("settings") + "\n" + text;
}

}  // namespace

std::string metric_label(const std::string& metric) {
  static constexpr std::pair<std::string_view, std::string_view> kLabels[] = {{"recall", "Recall"},
                                                                              {"full_recall", "FullRec"},
                                                                              {"ndcg", "NDCG"},
                                                                              {"hit_rate", "HR"},
                                                                              {"mrr", "MRR"},
                                                                              {"novelty", "Novelty"},
                                                                              {"diversity", "Divers"},
                                                                              {"calibration_kl", "KL"},
                                                                              {"top100_share", "Top100"},
                                                                              {"coverage", "Cover"},
                                                                              {"gini", "Gini"},
                                                                              {"rmse", "RMSE"},
                                                                              {"mse", "MSE"},
                                                                              {"mae", "MAE"}};
  const auto at = metric.find('@');
  for (const auto& [name, label] : kLabels) {
    if (metric.substr(0, at) == name) return std::string(label) + (at == std::string::npos ? "" : metric.substr(at));
  }
  return metric;
}

std::string metric_text(const std::string& metric, double value) {
  return metric.starts_with("novelty") ? fmt::format("{:.2f}", value) : fmt::format("{:.4f}", value);
}

std::string show_report(const EvaluationReport& report) {
  return show_header(report) + show_table(report) + show_bars(report) + show_pairs(report) + show_scatter(report) + show_learning(report) +
         show_settings(report);
}

}  // namespace cineloom::cli
