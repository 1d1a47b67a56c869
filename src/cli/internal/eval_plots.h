#pragma once

#include <string>
#include <vector>

#include "domain/evaluation.h"

/// The plots of an evaluation as SVG documents; `language` "en" or "zh".
namespace cineloom::cli {

/// Actual against forecast stars of one model: darker cells hold more ratings, the dashed line is a perfect forecast, diamonds
/// are means; MSE and RMSE are written on it. Empty where there are no ratings.
std::string scatter_plot(const EvaluationReport& report, const ModelFigures& model, const std::string& language);
/// Mean of what was given against the mean forecast, a curve per model; empty without ratings.
std::string calibration_plot(const EvaluationReport& report, const std::string& language);
/// The main metric of every model with its 95 % interval: bars where more is better, points for errors.
std::string metric_plot(const EvaluationReport& report, const std::string& language);
/// The main metric by share of the training data; empty where it was not measured.
std::string learning_plot(const EvaluationReport& report, const std::string& language);

/// A plot with a name that a file can have.
struct NamedPlot {
  std::string name;
  std::string svg;
};
/// All that are not empty: metric, scatter of the best model, calibration, learning curve.
std::vector<NamedPlot> all_plots(const EvaluationReport& report, const std::string& language);

}  // namespace cineloom::cli
