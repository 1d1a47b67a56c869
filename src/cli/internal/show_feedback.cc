#include "cli/internal/show_feedback.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "cli/output.h"
#include "cli/terminal_plot.h"

namespace cineloom::cli {
namespace {

constexpr std::size_t kWeeksShown = 8;
constexpr std::size_t kDaysShown = 7;

/// "2026-03-01".
std::string date(Timestamp at) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string trained(Timestamp at) { return at.time_since_epoch().count() == 0 ? "at a time not known" : date(at); }

template <class T>
std::span<const T> last_of(const std::vector<T>& values, std::size_t count) {
  return std::span(values).last(std::min(count, values.size()));
}

std::string reliability(const Calibration& calibration) {
  std::string text;
  for (const ReliabilityBin& bin : calibration.bins) {
    text += fmt::format("    forecast {:.1f} to {:.1f}: {:.2f} expected, {:.2f} given, {} ratings\n", bin.low, bin.high, bin.mean_predicted, bin.mean_actual,
                        bin.count);
  }
  return text;
}

std::string verdict(const Calibration& calibration) {
  if (calibration.coverage_high < calibration.nominal_coverage) return "the intervals are too narrow";
  if (calibration.coverage_low > calibration.nominal_coverage) return "the intervals are too wide";
  return "that agrees with what they promise";
}

}  // namespace

std::string show_calibration(const Viewer& viewer, const Calibration& calibration) {
  std::string text =
      fmt::format("{} {}: {} forecasts locked before viewing, {} of them rated since\n", bold("accuracy"), viewer.name, calibration.locked, calibration.rated);
  if (calibration.rated == 0) return text + faint("  nothing to compare yet: rate a film that was recommended to you\n");
  text += fmt::format("  RMSE {:.2f}, MAE {:.2f} stars, {:.2f} too {}\n", calibration.rmse, calibration.mae, std::abs(calibration.bias),
                      calibration.bias < 0 ? "low" : "high");
  text += fmt::format("  {:.0f} % inside the {:.0f} % intervals (between {:.0f} and {:.0f} % in the long run): {}\n", 100 * calibration.coverage,
                      100 * calibration.nominal_coverage, 100 * calibration.coverage_low, 100 * calibration.coverage_high, verdict(calibration));
  std::vector<std::pair<double, double>> points;
  for (const ForecastPair& pair : calibration.points) points.emplace_back(pair.actual, pair.forecast.stars);
  return text + reliability(calibration) + draw_scatter(points);
}

std::string show_versions(std::span<const ModelVersion> versions) {
  if (versions.empty()) return "no model is kept yet: cineloom train\n";
  std::string text;
  for (const ModelVersion& version : versions) {
    text += fmt::format("{} version {:>3}  trained {}  {:.1f} MB  {}{}\n", version.is_active ? "▸" : " ", version.number, trained(version.trained_at),
                        static_cast<double>(version.size_bytes) / 1e6, version.metrics, version.state == ModelState::Damaged ? "  DAMAGED" : "");
  }
  return text;
}

std::string show_health(const ModelHealth& health) {
  std::string text = health.trained_at ? fmt::format("{} version {}, trained {} on {} events; {} came since\n", bold("model"), health.model_version,
                                                     trained(*health.trained_at), health.events_trained_on, health.events_since)
                                       : fmt::format("{} none\n", bold("model"));
  for (const AccuracyWeek& week : last_of(health.weeks, kWeeksShown)) {
    text += fmt::format("  week of {}: RMSE {:.2f}, {:.0f} % inside the 80 % intervals, {} ratings\n", date(week.begin), week.rmse, 100 * week.coverage,
                        week.ratings);
  }
  for (const PickDay& day : last_of(health.days, kDaysShown)) {
    text += fmt::format("  {}: of {} films shown {:.0f} % were watched, {:.0f} % hidden or skipped\n", date(day.begin), day.shown, 100 * day.watched,
                        100 * day.hidden);
  }
  for (const std::string& warning : health.warnings) text += fmt::format("  note: {}\n", warning);
  if (!health.is_retraining_advised) return text + "  all is well\n";
  text += "  retrain advised: cineloom train\n";
  for (const std::string& reason : health.reasons) text += fmt::format("    because {}\n", reason);
  return text;
}

std::string show_experiments(std::span<const Experiment> experiments) {
  if (experiments.empty()) return "no experiment was begun yet\n";
  std::string text;
  for (const Experiment& experiment : experiments) {
    text +=
        fmt::format("{}  since {}{}:", experiment.name, date(experiment.started_at), experiment.stopped_at ? ", ended " + date(*experiment.stopped_at) : "");
    for (const Variant& variant : experiment.variants) text += fmt::format("  {} {:.0f} %", variant.name, 100 * variant.share);
    text += "\n";
  }
  return text;
}

std::string show_report(const ExperimentReport& report) {
  std::string text = fmt::format("{} {}\n", bold("experiment"), report.experiment.name);
  const bool is_compared = report.experiment.allocation == Allocation::Fixed;
  for (const VariantResult& result : report.results) {
    if (!is_compared) break;
    text += fmt::format("  {:<16} {} viewers, {} measured, mean {:.3f}", result.name, result.exposed, result.measured, result.mean);
    if (&result == &report.results.front()) text += "\n";
    if (&result == &report.results.front()) continue;
    text += std::isfinite(result.low) ? fmt::format(", {:+.3f} (between {:+.3f} and {:+.3f})", result.difference, result.low, result.high) : "";
    text += fmt::format(", p = {:.3g}{}\n", result.p_value, result.is_significant ? "  " + bold("differs") : "");
  }
  for (const VariantEstimate& estimate : report.estimates) {
    text += fmt::format("  {:<16} {} lists; had it made all of them, {:.1f} % would be followed ({:.1f} to {:.1f})\n", estimate.name, estimate.lists,
                        100 * estimate.value, 100 * estimate.low, 100 * estimate.high);
    for (const std::string& warning : estimate.warnings) text += fmt::format("    note: {}\n", warning);
  }
  for (const std::string& warning : report.warnings) text += fmt::format("  note: {}\n", warning);
  return text;
}

}  // namespace cineloom::cli
