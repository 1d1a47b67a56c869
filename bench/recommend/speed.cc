// Seconds of the recommender's kernels at the shape of MovieLens-20M (made-up events: speed only), each checked before it is timed.
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <numeric>

#include "base/random.h"
#include "base/thread_pool.h"
#include "data.h"
#include "math/eigen_basis.h"
#include "math/machine_peak.h"
#include "math/ridge_solver.h"
#include "math/top_k.h"
#include "recommend/models/ease.h"
#include "recommend/models/ials_training.h"

namespace cineloom::bench {
namespace {

constexpr Seed kSeed = 20;
constexpr std::int32_t kUsers = 116677;
constexpr std::int32_t kItems = 20108;
constexpr double kEvents = 8846724;
constexpr double kLeastEvents = 5;
constexpr std::int32_t kFactors = 128;
constexpr std::size_t kScanned = 87585;

double seconds_of(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Histories' lengths are log-normal from five events up, items fall by rank as (rank + 50)^-1.2: the most popular has some 40,000
/// events, half of the items fewer than a hundred.
SparseMatrix movielens20m_shape() {
  Random random(kSeed);
  std::vector<double> lengths;
  for (std::int32_t user = 0; user < kUsers; ++user) lengths.push_back(std::exp(1.1 * random.normal()));
  const double scale = (kEvents - kLeastEvents * kUsers) / std::accumulate(lengths.begin(), lengths.end(), 0.0);
  std::vector<double> shares(kItems);
  for (std::size_t rank = 0; rank < shares.size(); ++rank) shares[rank] = std::pow(static_cast<double>(rank) + 50, -1.2) + (rank > 0 ? shares[rank - 1] : 0);
  std::vector<std::int32_t> item_at(kItems);
  std::iota(item_at.begin(), item_at.end(), 0);
  for (std::size_t i = item_at.size(); i > 1; --i) std::swap(item_at[i - 1], item_at[random.below(i)]);
  SparseMatrix seen{.column_count = kItems};
  std::vector<std::uint8_t> has(kItems, 0);
  for (const double length : lengths) {
    const auto first = static_cast<std::ptrdiff_t>(seen.columns.size());
    const auto wanted = std::min<std::size_t>(kItems / 2, static_cast<std::size_t>(kLeastEvents + scale * length + random.uniform()));
    while (seen.columns.size() < static_cast<std::size_t>(first) + wanted) {
      const std::int32_t item = item_at[static_cast<std::size_t>(std::ranges::upper_bound(shares, random.uniform() * shares.back()) - shares.begin())];
      if (std::exchange(has[static_cast<std::size_t>(item)], std::uint8_t{1}) == 0) seen.columns.push_back(item);
    }
    std::sort(seen.columns.begin() + first, seen.columns.end());
    for (auto item = seen.columns.begin() + first; item != seen.columns.end(); ++item) has[static_cast<std::size_t>(*item)] = 0;
    seen.begins.push_back(seen.columns.size());
  }
  seen.values.assign(seen.columns.size(), 1.0F);
  return seen;
}

/// What one core does at best, and how many there are.
struct Machine {
  double flops = measure_fma_peak();
  double bandwidth = measure_read_bandwidth();
  int cores = available_cores();

  [[nodiscard]] std::string share(double work, double seconds, int threads) const {
    return fmt::format("{:.0f} % of the FMA peak ({:.0f} GF/s a core, {}, {} thread{})", 100 * work / seconds / (flops * threads), flops / 1e9, vector_target(),
                       threads, threads == 1 ? "" : "s");
  }
};

double peak_memory_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

void forget_peak_memory() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << 5;
}

const IalsOptions kIals{.factors = kFactors, .terms = {.regularization = 0.003F, .unobserved_weight = 0.1F}};

/// Largest difference between solved users and the same in double, for some users.
double worst_user(const SparseMatrix& seen, const IalsTraining& training) {
  const auto gram = gram_of(training.items(), 1);
  std::vector<float> diagonal;
  for (std::size_t i = 0; i < kFactors; ++i) diagonal.push_back(kIals.terms.unobserved_weight * static_cast<float>(gram[i * kFactors + i]));
  const RidgeSolver solver(training.items(), diagonal);
  double worst = 0;
  for (std::int32_t user = 0; user < kUsers; user += kUsers / 40) {
    std::vector<float> plain(kFactors);
    solver.solve_plainly(seen.row_columns(user), {}, kIals.terms.ridge(seen.row_size(user), kItems), plain);
    const auto row = training.users().row(static_cast<std::size_t>(user));
    for (std::size_t i = 0; i < plain.size(); ++i) worst = std::max(worst, std::fabs(static_cast<double>(plain[i] - row[i])));
  }
  return worst;
}

void sweep(IalsTraining& training) {
  Progress progress;
  std::ignore = training.solve_users(progress, {});  // nobody cancels
  std::ignore = training.solve_items(progress, {});
}

/// Medians of some sweeps. Processor seconds far above wall seconds x cores, or far below, tell of other work on the machine.
struct SweepTime {
  double wall = 0;
  double processor = 0;
};

SweepTime median_sweep(IalsTraining& training, int runs) {
  std::vector<double> wall;
  std::vector<double> processor;
  for (int run = 0; run < runs; ++run) {
    const std::clock_t begin = std::clock();
    wall.push_back(seconds_of([&] { sweep(training); }));
    processor.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  return {.wall = median(wall), .processor = median(processor)};
}

void measure_ials(Report& report, const SparseMatrix& seen, const Machine& machine) {
  IalsTraining training(seen, kIals);
  forget_peak_memory();
  sweep(training);
  const double memory = peak_memory_mb();
  Progress progress;
  std::ignore = training.solve_users(progress, {});
  const double worst = worst_user(seen, training);
  if (!(worst < 1e-3)) return report.add_missing("ials_epoch_ml20m_shape_k128_s", fmt::format("a solved user differs from the plain solution by {}", worst));
  const auto [seconds, processor] = median_sweep(training, 5);
  const double cubes = (kUsers + kItems) * std::pow(kFactors, 3) / 3;
  const double work = 2 * static_cast<double>(seen.size()) * kFactors * (kFactors + 1) + cubes;
  report.add({.key = "ials_epoch_ml20m_shape_k128_s",
              .value = seconds,
              .unit = "s",
              .n = 5,
              .note = fmt::format("{:.2f} processor s; the flops of Cholesky factors, most of them spared, would be {}", processor,
                                  machine.share(work, seconds, machine.cores)),
              .bound = Bound{.must = 2.0, .aim = 1.3}});
  report.add({.key = "ials_ml20m_shape_k128_peak_mb",
              .value = memory,
              .unit = "MB",
              .note = "whole process, events twice (by user, by item)",
              .bound = Bound{.must = 250, .aim = 200}});
}

void measure_gradients(Report& report, const SparseMatrix& seen, const Machine& machine) {
  IalsOptions options = kIals;
  options.solver = IalsSolver::ConjugateGradient;
  IalsTraining training(seen, options);
  sweep(training);
  const double before = ials_loss(seen, training.users(), training.items(), options.terms);
  sweep(training);
  const double after = ials_loss(seen, training.users(), training.items(), options.terms);
  if (!(after < before)) return report.add_missing("cg_epoch_ml20m_shape_k128_s", fmt::format("the loss rose from {} to {}", before, after));
  const auto [seconds, processor] = median_sweep(training, 5);
  const double work = 2.0 * 4 * 4 * static_cast<double>(seen.size()) * kFactors;
  report.add({.key = "cg_epoch_ml20m_shape_k128_s",
              .value = seconds,
              .unit = "s",
              .n = 5,
              .note = fmt::format("{:.2f} processor s; {}; rows read {:.0f} % of what memory gives", processor, machine.share(work, seconds, machine.cores),
                                  100 * 2.0 * 4 * 4 * static_cast<double>(seen.size()) * kFactors / 2 / seconds / machine.bandwidth / machine.cores),
              .bound = Bound{.must = 0.8, .aim = 0.5}});
}

void measure_fold_in(Report& report, const Machine& machine) {
  Random random(kSeed + 1);
  Matrix items(kItems, kFactors);
  for (float& value : items.values()) value = static_cast<float>(0.1 * random.normal());
  const FoldIn folding(std::move(items), kIals.terms, 0);
  std::vector<std::vector<HistoryEntry>> histories(200);
  for (auto& history : histories) {
    for (int i = 0; i < 100; ++i) history.push_back({.item = static_cast<std::int32_t>(random.below(kItems))});
  }
  std::vector<std::int32_t> indices;
  for (const HistoryEntry& entry : histories[0]) indices.push_back(entry.item);
  std::vector<float> plain(kFactors);
  RidgeSolver(folding.items(), folding.diagonal()).solve_plainly(indices, {}, kIals.terms.ridge(100, kItems), plain);
  const auto row = folding.fold_in(histories[0]);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (!(std::fabs(plain[i] - row[i]) < 1e-4F)) return report.add_missing("foldin_k128_us", "fold-in differs from the plain solution");
  }
  std::vector<double> microseconds;
  for (int run = 0; run < 15; ++run) {
    microseconds.push_back(1e6 / 200 * seconds_of([&] {
                             for (const auto& history : histories) std::ignore = folding.fold_in(history);
                           }));
  }
  const double value = median(microseconds);
  const double work = 100.0 * kFactors * kFactors + std::pow(kFactors, 3) / 3;
  report.add({.key = "foldin_k128_us",
              .value = value,
              .unit = "us",
              .n = 15,
              .note = "history of 100, to a float's precision; the flops of a Cholesky factor, spared, would be " + machine.share(work, value * 1e-6, 1),
              .bound = Bound{.must = 20, .aim = 11}});
}

void measure_top_k(Report& report, const Machine& machine) {
  Random random(kSeed + 2);
  Matrix rows(kScanned, kFactors);
  for (float& value : rows.values()) value = static_cast<float>(random.normal());
  const TopK top(rows);
  std::vector<double> milliseconds;
  for (int query = 0; query < 101; ++query) {
    std::vector<float> taste(kFactors);
    for (float& value : taste) value = static_cast<float>(random.normal());
    if (query < 5 && top.best(taste, 20) != best_rows_plainly(rows, taste, 20)) return report.add_missing("topk20_87585_ms", "not the best rows");
    milliseconds.push_back(1e3 * seconds_of([&] { std::ignore = top.best(taste, 20); }));
  }
  const double value = median(milliseconds);
  report.add({.key = "topk20_87585_ms",
              .value = value,
              .unit = "ms",
              .n = 101,
              .note = fmt::format("k 128, exact, one query, 1 thread; bytes read at {:.1f} GB/s, memory gives {:.1f}",
                                  1e-6 * kScanned * (kFactors / 2 + 12) / value, machine.bandwidth / 1e9),
              .bound = Bound{.must = 0.4, .aim = 0.18}});
}

/// Largest relative error of some of EASE's normal equations: sum_m G_im B_mj + l B_ij = G_ij for i != j.
double worst_equation(const SparseMatrix& seen, const SparseMatrix& by_item, const Ease& model) {
  double worst = 0;
  for (std::int32_t i = 0; i < kItems; i += kItems / 8) {
    std::vector<double> gram(kItems, 0);
    for (const std::int32_t user : by_item.row_columns(i)) {
      for (const std::int32_t item : seen.row_columns(user)) gram[static_cast<std::size_t>(item)] += 1;
    }
    for (std::int32_t j = 1; j < kItems; j += kItems / 8) {
      double sum = static_cast<double>(model.regularization() * model.contribution(j, i));
      for (std::int32_t m = 0; m < kItems; ++m) sum += gram[static_cast<std::size_t>(m)] * static_cast<double>(model.contribution(j, m));
      worst = std::max(worst, std::fabs(sum - gram[static_cast<std::size_t>(j)]) / (1 + gram[static_cast<std::size_t>(i)]));
    }
  }
  return worst;
}

void measure_ease(Report& report, const SparseMatrix& seen, const Machine& machine) {
  Progress progress;
  forget_peak_memory();
  Expected<Ease> model = fail(ErrorCode::Internal, "not fitted");
  const std::clock_t begin = std::clock();
  const double seconds = seconds_of([&] { model = Ease::fit(seen, {.regularization = 500.0F}, progress, {}); });
  const double processor = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  if (!model) return report.add_missing("ease_20108_s", model.error().describe());
  const double memory = peak_memory_mb();
  const double worst = worst_equation(seen, seen.transposed(), *model);
  if (!(worst < 1e-3)) return report.add_missing("ease_20108_s", fmt::format("a normal equation is off by {}", worst));
  report.add({.key = "ease_20108_s",
              .value = seconds,
              .unit = "s",
              .note = fmt::format("{:.1f} processor s; n^3 flops as {}; equations hold to {:.0e}", processor,
                                  machine.share(std::pow(kItems, 3), seconds, machine.cores), worst),
              .bound = Bound{.must = 32, .aim = 22}});
  report.add({.key = "ease_20108_peak_mb", .value = memory, .unit = "MB", .note = "whole process with the events", .bound = Bound{.must = 3000, .aim = 1800}});
}

}  // namespace

void measure_speed(Report& report) {
  const Machine machine;
  measure_top_k(report, machine);
  measure_fold_in(report, machine);
  const SparseMatrix seen = movielens20m_shape();
  measure_ials(report, seen, machine);
  measure_gradients(report, seen, machine);
}

void measure_ease_speed(Report& report) { measure_ease(report, movielens20m_shape(), Machine()); }

}  // namespace cineloom::bench
