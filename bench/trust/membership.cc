#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "parts.h"
#include "privacy/audit.h"
#include "privacy/testing/seeded_bytes.h"
#include "private_data.h"
#include "recommend/models/private_factors.h"
#include "recommend/models/private_sums.h"

namespace cineloom::bench {
namespace {

constexpr int kCanaries = 1000;
constexpr int kGuesses = 200;
constexpr int kFilmsOfCanary = 20;
constexpr double kClaimed = 1;
constexpr double kSignificance = 0.05;

/// A training that claims kClaimed, and how it may be broken.
struct Training {
  const char* name = "";
  double noise = 1;  ///< share of what the claim takes
  int rows = 1;      ///< that one person may fill: 1 = their contribution is bounded
};

/// Viewers who watch films that nobody else watches together; each is there or not by a coin.
struct Canaries {
  std::vector<std::vector<std::int32_t>> histories;
  std::vector<std::uint8_t> is_in;
};

Canaries draw_canaries(std::int32_t items, Seed seed) {
  Random random(seed);
  Canaries canaries;
  for (int i = 0; i < kCanaries; ++i) {
    std::vector<std::int32_t> films;
    while (films.size() < kFilmsOfCanary) {
      const auto film = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(items)));
      if (std::ranges::find(films, film) == films.end()) films.push_back(film);
    }
    std::ranges::sort(films);
    canaries.histories.push_back(std::move(films));
    canaries.is_in.push_back(random.uniform() < 0.5 ? 1 : 0);
  }
  return canaries;
}

SparseMatrix with_canaries(const SparseMatrix& seen, const Canaries& canaries, int rows) {
  SparseMatrix all = seen;
  for (std::size_t i = 0; i < canaries.histories.size(); ++i) {
    for (int row = 0; row < rows && canaries.is_in[i] != 0; ++row) {
      all.columns.insert(all.columns.end(), canaries.histories[i].begin(), canaries.histories[i].end());
      all.values.insert(all.values.end(), canaries.histories[i].size(), 1.0F);
      all.begins.push_back(all.columns.size());
    }
  }
  return all;
}

/// What an attacker who knows every other viewer expects to be told: their sum, and half of each canary.
std::vector<double> expected(const privacy::BoundedSum& others, const std::vector<std::vector<privacy::Share>>& canaries, int rows) {
  std::vector<double> sums;
  for (const std::int64_t sum : others.exact()) sums.push_back(static_cast<double>(sum) / static_cast<double>(privacy::BoundedSum::kUnit));
  for (const auto& shares : canaries) {
    for (const privacy::Share& share : shares) sums[share.place] += 0.5 * rows * share.value;
  }
  return sums;
}

/// Adds for each canary how well its shares fit what was told beyond what was expected.
void add_fits(const ToldSum& told, const privacy::BoundedSum& others, const std::vector<std::vector<privacy::Share>>& canaries, int rows,
              std::vector<double>& fits) {
  const std::vector<double> known = expected(others, canaries, rows);
  for (std::size_t i = 0; i < fits.size(); ++i) {
    for (const privacy::Share& share : canaries[i]) fits[i] += share.value * (told.values[share.place] - known[share.place]) / (told.noise * told.noise);
  }
}

std::vector<double> scores(const PrivateFactors& model, const SparseMatrix& others, const Canaries& canaries, const private_sums::ItemWeighting& weighting,
                           int rows) {
  const std::vector<double> weights = private_sums::item_weights(model.fame(), weighting);
  const auto shares = [&](const auto& shares_of) {
    std::vector<std::vector<privacy::Share>> all;
    for (const auto& history : canaries.histories) all.push_back(shares_of(history));
    return all;
  };
  std::vector<double> fits(canaries.histories.size(), 0);
  add_fits(model.told()[0], private_sums::counts(others), shares([](const auto& history) { return private_sums::count_shares(history); }), rows, fits);
  for (std::size_t sweep = 0; sweep < model.rows().size(); ++sweep) {
    const ViewerRows& by = model.rows()[sweep];
    const ToldSum& items = model.told()[2 + 2 * sweep];
    add_fits(items, private_sums::items(others, by, weights),
             shares([&](const auto& history) { return private_sums::item_shares(history, by.row(history), weights); }), rows, fits);
  }
  return fits;
}

/// The surest guesses: the best half of them "in", the worst "out".
int right_guesses(const std::vector<double>& scores, const Canaries& canaries) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) { return scores[i]; });
  int right = 0;
  for (std::size_t i = 0; i < kGuesses / 2; ++i) {
    right += canaries.is_in[order[i]] == 0 ? 1 : 0;
    right += canaries.is_in[order[order.size() - 1 - i]] != 0 ? 1 : 0;
  }
  return right;
}

Expected<double> refuted_epsilon(const PrivateData& data, const Training& training, Seed seed) {
  const Canaries canaries = draw_canaries(data.seen.column_count, seed);
  const SparseMatrix seen = with_canaries(data.seen, canaries, training.rows);
  const privacy::PrivacyLoss claim{.epsilon = kClaimed, .delta = 1e-5};
  CINELOOM_TRY_ASSIGN(const double noise, privacy::gaussian_noise(claim));
  PrivateFactorsOptions options = PrivateFactorsOptions::best_for(claim);
  if (training.noise < 1) options.loss.epsilon = privacy::gaussian_epsilon(1 / (noise * training.noise), claim.delta);
  privacy::testing::SeededBytes bytes(derive_seed(seed, training.name));
  Progress progress;
  CINELOOM_TRY_ASSIGN(const PrivateFactors model, PrivateFactors::fit(seen, data.content, options, bytes, progress, CancelToken()));
  const int right = right_guesses(scores(model, data.seen, canaries, options.weighting, training.rows), canaries);
  return privacy::audited_epsilon({.canaries = kCanaries, .guesses = kGuesses, .right = right}, claim.delta, kSignificance);
}

Expected<std::vector<double>> refuted_epsilons(const PrivateData& data, const Training& training, int runs) {
  std::vector<double> found;
  for (int run = 0; run < runs; ++run) {
    CINELOOM_TRY_ASSIGN(const double epsilon, refuted_epsilon(data, training, static_cast<Seed>(100 + run)));
    found.push_back(epsilon);
  }
  return found;
}

Expected<void> measure(const PrivateData& data, Report& report) {
  constexpr int kHonestRuns = 10;
  constexpr int kMutantRuns = 3;
  CINELOOM_TRY_ASSIGN(const auto honest, refuted_epsilons(data, {.name = "as promised"}, kHonestRuns));
  report.add({.key = "audit_honest_refuted",
              .value = static_cast<double>(std::ranges::count_if(honest, [](double epsilon) { return epsilon > kClaimed; })),
              .n = kHonestRuns,
              .note = fmt::format("of trainings that claim epsilon {}; the largest the audit could show was {:.2f}", kClaimed, std::ranges::max(honest)),
              .bound = Bound{.must = 0, .aim = 0}});
  std::string note;
  int flagged = 0;
  for (const Training& mutant : {Training{.name = "quarter noise", .noise = 0.25}, Training{.name = "no clip", .rows = 20}}) {
    CINELOOM_TRY_ASSIGN(const auto found, refuted_epsilons(data, mutant, kMutantRuns));
    flagged += static_cast<int>(std::ranges::count_if(found, [](double epsilon) { return epsilon > kClaimed; }));
    note += fmt::format("{}: at least {:.2f}; ", mutant.name, std::ranges::min(found));
  }
  report.add({.key = "audit_mutants_flagged",
              .value = flagged / (2.0 * kMutantRuns),
              .unit = "share",
              .n = 2 * kMutantRuns,
              .note = note + fmt::format("claimed {}, {} canaries, {} guesses, one training each", kClaimed, kCanaries, kGuesses),
              .bound = Bound{.must = 1, .aim = 1, .is_least = true}});
  return {};
}

}  // namespace

void measure_membership(Report& report) {
  const auto data = load_private_data();
  const auto done = data ? measure(*data, report) : Expected<void>(std::unexpected(data.error()));
  if (!done) report.add_missing("audit_mutants_flagged", done.error().describe());
}

}  // namespace cineloom::bench
