#include "recommend/models/fold_in.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace cineloom {
namespace {

constexpr std::size_t kFactors = 24;

/// Events' weights do not change how large the ridge is, so that posteriors of different histories can be compared.
const FoldInTerms kFixedRidge{.regularization = 0.5F, .unobserved_weight = 0.1F, .exponent = 0};

FoldIn random_items(Seed seed) {
  Random random(seed);
  Matrix items(90, kFactors);
  for (float& value : items.values()) value = static_cast<float>(0.4 * random.normal());
  return FoldIn(std::move(items), kFixedRidge, 1);
}

std::vector<HistoryEntry> some_history() {
  std::vector<HistoryEntry> history;
  for (std::int32_t i = 0; i < 15; ++i) history.push_back({.item = i * 5 + 2, .value = 0.5F + static_cast<float>(i % 3)});
  return history;
}

void expect_near(std::span<const float> a, std::span<const float> b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 2e-5);
}

TEST(FoldIn, HasNoGradientLeftAtItsSolution) {
  const FoldIn items = random_items(1);
  const auto history = some_history();
  const auto row = items.fold_in(history);
  for (std::size_t i = 0; i < kFactors; ++i) {
    double gradient = static_cast<double>((items.diagonal()[i] + kFixedRidge.regularization) * row[i]);
    for (const HistoryEntry& entry : history) {
      const auto item = items.items().row(static_cast<std::size_t>(entry.item));
      double score = 0;
      for (std::size_t j = 0; j < kFactors; ++j) score += static_cast<double>(item[j] * row[j]);
      gradient += static_cast<double>(entry.value) * (score - 1) * static_cast<double>(item[i]);
    }
    EXPECT_NEAR(gradient, 0, 1e-5);
  }
}

TEST(UserPosterior, HasTheFoldInAsItsMean) {
  const FoldIn items = random_items(2);
  expect_near(UserPosterior(items, some_history()).factors(), items.fold_in(some_history()));
  expect_near(UserPosterior(items, {}).factors(), std::vector<float>(kFactors, 0));
}

TEST(UserPosterior, GrowsAndShrinksByOneEventAsIfBuiltAnew) {
  const FoldIn items = random_items(3);
  const auto history = some_history();
  UserPosterior posterior(items, std::span(history).first(10));
  for (std::size_t i = 10; i < history.size(); ++i) posterior.add(history[i]);
  expect_near(posterior.factors(), items.fold_in(history));
  for (std::size_t i = 10; i < history.size(); ++i) posterior.take_back(history[i]);
  expect_near(posterior.factors(), items.fold_in(std::span(history).first(10)));
}

TEST(UserPosterior, KnowsInClosedFormWhatItWouldBeWithoutAnEvent) {
  const FoldIn items = random_items(4);
  const auto history = some_history();
  const UserPosterior posterior(items, history);
  for (std::size_t event = 0; event < history.size(); ++event) {
    std::vector<HistoryEntry> rest = history;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(event));
    expect_near(posterior.factors_without(event), items.fold_in(rest));
  }
}

TEST(UserPosterior, DrawsWithTheVarianceItStates) {
  const FoldIn items = random_items(5);
  const UserPosterior posterior(items, some_history());
  const auto direction = items.items().row(40);
  Random random(6);
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 20000;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<float> normals(kFactors);
    for (float& value : normals) value = static_cast<float>(random.normal());
    const auto row = posterior.sample(normals, 1);
    double score = 0;
    for (std::size_t i = 0; i < kFactors; ++i) score += static_cast<double>(direction[i] * (row[i] - posterior.factors()[i]));
    sum += score;
    squares += score * score;
  }
  const double variance = static_cast<double>(posterior.variance(direction));
  EXPECT_NEAR(sum / kDraws, 0, 5 * std::sqrt(variance / kDraws));
  EXPECT_NEAR(squares / kDraws, variance, 0.05 * variance);
}

}  // namespace
}  // namespace cineloom
