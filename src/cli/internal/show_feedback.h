#pragma once

#include <span>
#include <string>

#include "domain/event.h"
#include "domain/experiment.h"
#include "domain/forecast.h"
#include "domain/model_health.h"
#include "domain/model_version.h"

/// The feedback loop's answers as text for a terminal.
namespace cineloom::cli {

std::string show_calibration(const Viewer& viewer, const Calibration& calibration);
std::string show_versions(std::span<const ModelVersion> versions);
std::string show_health(const ModelHealth& health);
std::string show_experiments(std::span<const Experiment> experiments);
std::string show_report(const ExperimentReport& report);

}  // namespace cineloom::cli
