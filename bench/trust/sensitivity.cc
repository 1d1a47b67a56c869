#include <fmt/format.h>

#include <cmath>

#include "parts.h"
#include "privacy/testing/seeded_bytes.h"
#include "private_data.h"
#include "recommend/models/private_factors.h"
#include "recommend/models/private_sums.h"

namespace cineloom::bench {
namespace {

constexpr int kPairs = 1000;

/// What one more viewer moves a sum by, in units of what is allowed, exactly.
double moved(const privacy::BoundedSum& with, const privacy::BoundedSum& without) {
  std::int64_t squares = 0;
  for (std::size_t i = 0; i < with.exact().size(); ++i) {
    const std::int64_t difference = with.exact()[i] - without.exact()[i];
    squares += difference * difference;
  }
  return std::sqrt(static_cast<double>(squares)) / static_cast<double>(privacy::BoundedSum::kUnit);
}

/// A few viewers and, last, one who does what nobody else does: all films, one film, or a share of them.
SparseMatrix some_viewers(Random& random, std::int32_t items) {
  std::vector<SparseCell> cells;
  constexpr std::int32_t kViewers = 6;
  for (std::int32_t viewer = 0; viewer < kViewers; ++viewer) {
    const double share = random.uniform() < 0.1 ? 1 : std::pow(random.uniform(), 4);
    for (std::int32_t item = 0; item < items; ++item) {
      if (random.uniform() < share) cells.push_back({.row = viewer, .column = item});
    }
    cells.push_back({.row = viewer, .column = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(items)))});
  }
  return SparseMatrix::from_cells(cells, kViewers, items);
}

SparseMatrix without_last(const SparseMatrix& seen) {
  SparseMatrix fewer = seen;
  fewer.begins.pop_back();
  fewer.columns.resize(fewer.begins.back());
  fewer.values.resize(fewer.begins.back());
  return fewer;
}

Expected<void> measure(const PrivateData& data, Report& report) {
  privacy::testing::SeededBytes bytes(1);
  Progress progress;
  const PrivateFactorsOptions options = PrivateFactorsOptions::best_for({.epsilon = 5, .delta = 0});
  CINELOOM_TRY_ASSIGN(const PrivateFactors model, PrivateFactors::fit(data.seen, data.content, options, bytes, progress, CancelToken()));
  const std::vector<double> weights = private_sums::item_weights(model.fame(), options.weighting);
  Random random(21);
  int violations = 0;
  double most = 0;
  for (int pair = 0; pair < kPairs; ++pair) {
    const SparseMatrix with = some_viewers(random, data.seen.column_count);
    const SparseMatrix without = without_last(with);
    const ViewerRows& rows = model.rows()[static_cast<std::size_t>(pair) % model.rows().size()];
    for (const double change :
         {moved(private_sums::counts(with), private_sums::counts(without)), moved(private_sums::gram(with, rows), private_sums::gram(without, rows)),
          moved(private_sums::items(with, rows, weights), private_sums::items(without, rows, weights))}) {
      most = std::max(most, change);
      if (change > 1) ++violations;
    }
  }
  report.add({.key = "sensitivity_violations",
              .value = static_cast<double>(violations),
              .n = kPairs,
              .note = fmt::format("counts, squares and item sums with and without a viewer, in whole numbers; the most was {:.6f} of what is allowed", most),
              .bound = Bound{.must = 0, .aim = 0}});
  return {};
}

}  // namespace

void measure_sensitivity(Report& report) {
  const auto data = load_private_data();
  const auto done = data ? measure(*data, report) : Expected<void>(std::unexpected(data.error()));
  if (!done) report.add_missing("sensitivity_violations", done.error().describe());
}

}  // namespace cineloom::bench
