#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "sentiment/learning/ngram_model.h"

namespace cineloom {

/// How good or bad a text finds its subject.
struct Polarity {
  double margin = 0;       ///< > 0 positive
  double probability = 0.5;  ///< that the text is positive, calibrated on texts the model had not seen
  double stars = 5.5;      ///< estimate, 1 .. 10
};

/// One point of the way from margins to probabilities and stars; both never fall with the margin.
struct CalibrationPoint {
  double margin = 0;
  double probability = 0.5;
  double stars = 5.5;
};

/// Reads whole texts of one language. Immutable once loaded; any number of threads may read it, each with its own reader.
class PolarityModel {
 public:
  /// Errors: DataLoss as NgramModel::load.
  static Expected<PolarityModel> load(std::string_view bytes);
  /// The bytes that load() reads. Calibration: at least one point, margins ascending.
  static std::string pack(std::string_view ngram_model, const std::vector<CalibrationPoint>& calibration);

  [[nodiscard]] NgramReader reader() const { return NgramReader(model_.options()); }
  [[nodiscard]] Polarity read(std::string_view text, NgramReader& reader) const;
  /// The margin alone, which decides.
  [[nodiscard]] double margin(std::string_view text, NgramReader& reader) const;
  /// The words that decided, strongest first.
  [[nodiscard]] std::vector<Evidence> explain(std::string_view text, std::size_t limit) const { return model_.explain(text, limit); }
  [[nodiscard]] const NgramModel& ngrams() const { return model_; }

 private:
  explicit PolarityModel(NgramModel model) : model_(std::move(model)) {}

  NgramModel model_;
  std::vector<CalibrationPoint> calibration_;
};

}  // namespace cineloom
