// Turning points of TRIPOD's test synopses: the model that was trained on its training part against the mean places of that part.
#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "parts.h"
#include "plot/learning/turning_point_training.h"
#include "turning_synopses.h"

namespace cineloom::bench {
namespace {

using Places = std::array<std::size_t, SynopsisTurnModel::kKinds>;

Expected<void> measure(Report& report) {
  CINELOOM_TRY_ASSIGN(const std::string bytes, read_file(models_folder() / "turning_points.bin"));
  CINELOOM_TRY_ASSIGN(const SynopsisTurnModel model, SynopsisTurnModel::load(bytes));
  CINELOOM_TRY_ASSIGN(const auto known, corpora::read_marked_synopses(text_folder(), "train"));
  CINELOOM_TRY_ASSIGN(const auto unseen, corpora::read_marked_synopses(text_folder(), "test"));
  const auto places = mean_places(known);
  const double prior = turning_point_distance(unseen, [&](const MarkedSynopsis& synopsis) {
    Places placed{};
    const auto count = static_cast<double>(synopsis.sentences.size());
    for (std::size_t k = 0; k < placed.size(); ++k) placed[k] = static_cast<std::size_t>(std::clamp(std::round(places[k] * count), 0.0, count - 1));
    return placed;
  });
  const double found = turning_point_distance(unseen, [&](const MarkedSynopsis& synopsis) {
    const std::vector<std::string_view> sentences(synopsis.sentences.begin(), synopsis.sentences.end());
    Places placed{};
    for (const SynopsisTurn& turn : model.find(sentences)) placed[static_cast<std::size_t>(turn.kind)] = turn.sentence;
    return placed;
  });
  const std::uint64_t points = unseen.size() * SynopsisTurnModel::kKinds;
  report.add({.key = "turning_points_prior_distance", .value = prior, .unit = "%", .n = points, .note = "mean places of the training part"});
  report.add({.key = "turning_points_distance", .value = found, .unit = "%", .n = points, .bound = Bound{7.42, 6.8, false}});
  return {};
}

}  // namespace

void measure_turning_points(Report& report) {
  if (const auto done = measure(report); !done) report.add_missing("turning_points_distance", done.error().describe());
}

}  // namespace cineloom::bench
