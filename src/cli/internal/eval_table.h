#pragma once

#include <string>

#include "domain/evaluation.h"

/// An evaluation as text for terminals.
namespace cineloom::cli {

/// Header, warnings, table of models by metrics with marks, pairs of models, small plots.
std::string show_report(const EvaluationReport& report);
/// "ndcg@100" as people write it: "NDCG@100".
std::string metric_label(const std::string& metric);
/// A value with as many digits as its metric is read with.
std::string metric_text(const std::string& metric, double value);

}  // namespace cineloom::cli
