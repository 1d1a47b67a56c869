#include "recommend/models/factors_in_ranks.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <utility>

#include "base/thread_pool.h"
#include "math/whole_rows.h"
#include "recommend/internal/ials_rows.h"

namespace cineloom {
namespace {

constexpr std::size_t kItemsATime = 256;  ///< items whose sums travel together: some 4 MiB for 48 factors

float greatest_of(std::span<const float> values) {
  float greatest = 0;
  for (const float value : values) greatest = std::max(greatest, std::abs(value));
  return greatest;
}

// Floats that are not negative are in the order of their bits.
Expected<float> greatest_of_all(Ranks& ranks, float own) {
  std::int64_t bits = std::bit_cast<std::int32_t>(own);
  CINELOOM_TRY(ranks.greatest({&bits, 1}));
  return std::bit_cast<float>(static_cast<std::int32_t>(bits));
}

/// What all ranks together know of each item: it decides grids and ridges, and so must be the same for all.
struct Crowd {
  std::vector<std::int64_t> events;  ///< by item
  std::int64_t users = 0;
  float greatest_weight = 0;

  [[nodiscard]] std::int64_t most_events() const { return std::ranges::max(events); }
};

Expected<Crowd> count(const SparseMatrix& own, Ranks& ranks) {
  Crowd crowd{.events = std::vector<std::int64_t>(static_cast<std::size_t>(own.column_count), 0), .users = own.row_count()};
  for (std::size_t cell = 0; cell < own.size(); ++cell) crowd.events[static_cast<std::size_t>(own.columns[cell])] += own.values[cell] > 0 ? 1 : 0;
  CINELOOM_TRY(ranks.sum(crowd.events));
  CINELOOM_TRY(ranks.sum({&crowd.users, 1}));
  CINELOOM_TRY_ASSIGN(crowd.greatest_weight, greatest_of_all(ranks, greatest_of(own.values)));
  return crowd;
}

/// The events of this rank by item, with weights in whole numbers.
struct ItemEvents {
  SparseMatrix by_item;
  std::vector<std::int32_t> weights;  ///< by cell
  double weight_step = 1;             ///< what 1 stands for

  ItemEvents(const SparseMatrix& own, const Crowd& crowd)
      : by_item(own.transposed()), weight_step(static_cast<double>(crowd.greatest_weight) / WholeRows::kMostWeight) {
    for (const float weight : by_item.values) weights.push_back(static_cast<std::int32_t>(std::lround(static_cast<double>(weight) / weight_step)));
  }
  [[nodiscard]] std::span<const std::int32_t> weights_of(std::int32_t item) const {
    return std::span(weights).subspan(by_item.begins[static_cast<std::size_t>(item)], by_item.row_size(item));
  }
};

Eigen::MatrixXd square_of(std::span<const std::int64_t> triangle, std::size_t size, double unit) {
  Eigen::MatrixXd square(size, size);
  auto value = triangle.begin();
  for (Eigen::Index i = 0; i < square.rows(); ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) square(i, j) = square(j, i) = static_cast<double>(*value++) * unit;
  }
  return square;
}

/// One half of a sweep: all items for the users as they stand.
class ItemStep {
 public:
  ItemStep(const ItemEvents& events, const Crowd& crowd, Ranks& ranks, const IalsOptions& options)
      : events_(events), crowd_(crowd), ranks_(ranks), options_(options) {}

  Expected<void> solve(const Matrix& users, Matrix& items, Progress& progress, const CancelToken& cancel) {
    CINELOOM_TRY_ASSIGN(const float greatest, greatest_of_all(ranks_, greatest_of(users.values())));
    if (!std::isfinite(greatest)) return fail(ErrorCode::DataLoss, "a factor is no longer finite");
    const WholeRows rows(users, greatest, WholeRows::bits_for(std::max(crowd_.most_events(), crowd_.users / WholeRows::kMostWeight)));
    CINELOOM_TRY(sum_shared(rows));
    for (std::size_t first = 0, turn = 0; first < items.rows(); first += kItemsATime, ++turn) {
      CINELOOM_TRY(cancel.check());
      const std::size_t last = std::min(first + kItemsATime, items.rows());
      const int owner = static_cast<int>(turn % static_cast<std::size_t>(ranks_.size()));
      CINELOOM_TRY(solve_some(rows, first, last, owner, items));
      progress.advance(static_cast<std::int64_t>(last - first));
    }
    return {};
  }

 private:
  /// a0 W'W over all users of all ranks.
  Expected<void> sum_shared(const WholeRows& rows) {
    std::vector<std::int64_t> totals(rows.sums(), 0);
    rows.add_all(totals);
    CINELOOM_TRY(ranks_.sum(totals));
    shared_ = square_of(totals, rows.columns(), rows.step() * rows.step() * static_cast<double>(options_.terms.unobserved_weight));
    return {};
  }

  Expected<void> solve_some(const WholeRows& rows, std::size_t first, std::size_t last, int owner, Matrix& items) {
    std::vector<std::int64_t> totals((last - first) * rows.sums(), 0);
    const auto of = [&](std::size_t item) { return std::span(totals).subspan((item - first) * rows.sums(), rows.sums()); };
    const auto for_each = [&](const std::function<void(std::size_t)>& body) {
      parallel_for(
          last - first,
          [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) body(first + i);
          },
          options_.threads);
    };
    for_each([&](std::size_t item) {
      const auto row = static_cast<std::int32_t>(item);
      rows.add(events_.by_item.row_columns(row), events_.weights_of(row), of(item));
    });
    CINELOOM_TRY(ranks_.sum_at(owner, totals));
    if (owner == ranks_.rank()) for_each([&](std::size_t item) { solve_item(of(item), rows.step(), item, items.row(item)); });
    return ranks_.tell(owner, std::as_writable_bytes(items.values().subspan(first * items.columns(), (last - first) * items.columns())));
  }

  void solve_item(std::span<const std::int64_t> totals, double step, std::size_t item, std::span<float> row) const {
    const std::int64_t events = crowd_.events[item];
    if (events == 0) {
      std::ranges::fill(row, 0.0F);
      return;
    }
    const std::size_t triangle = totals.size() - row.size();
    Eigen::MatrixXd square = shared_ + square_of(totals.first(triangle), row.size(), step * step * events_.weight_step);
    square.diagonal().array() += static_cast<double>(options_.terms.ridge(static_cast<std::size_t>(events), static_cast<std::size_t>(crowd_.users)));
    Eigen::VectorXd target(square.rows());
    for (Eigen::Index i = 0; i < target.size(); ++i)
      target[i] = static_cast<double>(totals[triangle + static_cast<std::size_t>(i)]) * step * events_.weight_step;
    const Eigen::VectorXd solved = square.selfadjointView<Eigen::Lower>().llt().solve(target);
    std::ranges::transform(solved, row.begin(), [](double value) { return static_cast<float>(value); });
  }

  const ItemEvents& events_;
  const Crowd& crowd_;
  Ranks& ranks_;
  const IalsOptions& options_;
  Eigen::MatrixXd shared_;
};

}  // namespace

Expected<Ials> fit_in_ranks(const SparseMatrix& own, Ranks& ranks, const IalsOptions& given, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY(ials_rows::check(own, given));
  IalsOptions options = given;
  options.solver = IalsSolver::Exact;
  CINELOOM_TRY_ASSIGN(const Crowd crowd, count(own, ranks));
  if (crowd.events.empty() || crowd.most_events() == 0) return fail(ErrorCode::InvalidArgument, "expected events to learn from, found none");
  const ItemEvents events(own, crowd);
  ItemStep step(events, crowd, ranks, options);

  const auto size = static_cast<std::size_t>(options.factors);
  Matrix users(static_cast<std::size_t>(own.row_count()), size);
  Matrix items(static_cast<std::size_t>(own.column_count), size);
  ials_rows::draw(items, options, "items");
  progress.begin("fitting factors", static_cast<std::int64_t>(options.sweeps) * (own.row_count() + own.column_count), "rows");
  for (std::int32_t sweep = 0; sweep < options.sweeps; ++sweep) {
    CINELOOM_TRY(ials_rows::solve(own, items, users, options, progress, cancel));
    CINELOOM_TRY(step.solve(users, items, progress, cancel));
  }
  progress.finish();
  return Ials::around(FoldIn(std::move(items), options.terms, options.threads));
}

}  // namespace cineloom
