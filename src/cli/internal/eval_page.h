#pragma once

#include <string>

#include "domain/evaluation.h"

/// An evaluation as documents for people and papers.
namespace cineloom::cli {

/// One self-contained HTML page in "en" or "zh", in light and dark: what was measured, tables with marks, plots, how to repeat it.
std::string evaluation_page(const EvaluationReport& report, const std::string& language);

/// A LaTeX table (booktabs): models by metrics, the best bold, those that may be as good underlined; the caption says how.
std::string evaluation_latex(const EvaluationReport& report);

}  // namespace cineloom::cli
