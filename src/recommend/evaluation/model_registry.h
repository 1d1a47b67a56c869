#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "base/progress.h"
#include "base/random.h"
#include "domain/text.h"
#include "recommend/data/interactions.h"
#include "recommend/evaluation/list_metrics.h"
#include "recommend/models/rating_predictor.h"

namespace cineloom {

enum class TunableScale {
  Linear,
  Logarithmic,  ///< low > 0
  Whole,        ///< a whole number, drawn on a logarithmic scale; low >= 1
};

/// A number that `--tune` may choose.
struct Tunable {
  std::string name;
  std::optional<double> initial;  ///< the default; nothing = the model chooses for itself
  double low = 0;
  double high = 0;
  TunableScale scale = TunableScale::Linear;
};

using Settings = std::map<std::string, double>;

/// What a model is trained with.
struct FitRequest {
  const Interactions& train;
  const FeatureLists& features;        ///< by item of `train`, or empty
  std::int32_t feature_count = 0;
  std::span<const std::string> feature_names = {};  ///< "genre: comedy", by feature
  double scale_low = 0.5;              ///< of ratings
  double scale_high = 5;
  std::span<const Interaction> asked = {};  ///< pairs whose stars will be asked, with their times and without their values
  Settings settings;                   ///< of the kind's tunables; what is missing the model chooses for itself
  Seed seed = 1;

  [[nodiscard]] bool has(const std::string& name) const { return settings.contains(name); }
  /// A setting that has a default.
  [[nodiscard]] double number(const std::string& name) const { return settings.at(name); }
  [[nodiscard]] int whole(const std::string& name) const { return static_cast<int>(std::lround(settings.at(name))); }
};

using FitScorer = std::function<Expected<std::unique_ptr<Scorer>>(const FitRequest&, Progress&, const CancelToken&)>;
using FitRatings = std::function<Expected<std::unique_ptr<RatingPredictor>>(const FitRequest&, Progress&, const CancelToken&)>;

/// A model by name: what it can be asked and how it is trained. Either function may be empty.
struct ModelKind {
  std::string name;
  LocalText description;
  std::vector<Tunable> tunables;       ///< of the ranking model
  std::vector<Tunable> rating_tunables;
  FitScorer fit_scorer;
  FitRatings fit_ratings;
};

/// Every model that `cineloom eval --models` knows, in the order of the help text.
std::span<const ModelKind> model_kinds();
/// Errors: InvalidArgument with the nearest name and all there are.
Expected<const ModelKind*> find_model_kind(std::string_view name);

/// The defaults of tunables that have one.
Settings default_settings(std::span<const Tunable> tunables);

}  // namespace cineloom
