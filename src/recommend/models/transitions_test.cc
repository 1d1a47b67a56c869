#include "recommend/models/transitions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "math/matrix.h"
#include "recommend/testing/random_sequences.h"

namespace cineloom {
namespace {

/// M by its definition: every pair of every user.
Matrix count_plainly(const Sequences& sequences, const TransitionKernel& kernel) {
  Matrix counts(static_cast<std::size_t>(sequences.item_count), static_cast<std::size_t>(sequences.item_count));
  for (const auto& events : sequences.users) {
    for (std::size_t before = 0; before < events.size(); ++before) {
      for (std::size_t after = before + 1; after < events.size() && after - before <= static_cast<std::size_t>(kernel.window); ++after) {
        counts.at(static_cast<std::size_t>(events[before]), static_cast<std::size_t>(events[after])) +=
            std::pow(kernel.decay, static_cast<float>(after - before - 1));
      }
    }
  }
  return counts;
}

Matrix to_dense(const Transitions& transitions) {
  Matrix dense(static_cast<std::size_t>(transitions.items()), static_cast<std::size_t>(transitions.items()));
  for (std::int32_t item = 0; item < transitions.items(); ++item) {
    for (const auto& cell : transitions.after(item)) dense.at(static_cast<std::size_t>(item), static_cast<std::size_t>(cell.item)) = cell.count;
  }
  return dense;
}

std::string bytes_of(const Transitions& transitions) {
  ByteWriter out;
  transitions.write(out);
  return std::move(out).take();
}

TEST(Transitions, EqualCountingEveryPair) {
  const Sequences sequences = random_sequences(60, 25, 30, 1);
  const TransitionKernel kernel{.window = 6, .decay = 0.8F};
  const auto transitions = Transitions::count(sequences, kernel, 1000, 2, {});
  ASSERT_TRUE(transitions);
  const Matrix expected = count_plainly(sequences, kernel);
  const Matrix found = to_dense(*transitions);
  for (std::size_t i = 0; i < expected.values().size(); ++i) EXPECT_NEAR(found.values()[i], expected.values()[i], 1e-4);
}

TEST(Transitions, AnAddedEventCountsAsIfItHadBeenThere) {
  const Sequences whole = random_sequences(40, 20, 30, 2);
  const std::vector<std::int32_t> one(whole.users.size(), 1);
  const TransitionKernel kernel{.window = 5, .decay = 0.5F};
  auto grown = Transitions::count(whole.without_last(one), kernel, 1000, 1, {});
  const auto expected = Transitions::count(whole, kernel, 1000, 1, {});
  ASSERT_TRUE(grown && expected);
  for (const auto& events : whole.users) {
    if (!events.empty()) grown->add(std::span(events).first(events.size() - 1), events.back());
  }
  const Matrix dense = to_dense(*expected);
  const Matrix found = to_dense(*grown);
  for (std::size_t i = 0; i < dense.values().size(); ++i) EXPECT_NEAR(found.values()[i], dense.values()[i], 1e-4);
  for (std::int32_t item = 0; item < 20; ++item) {
    EXPECT_NEAR(grown->total_after(item), expected->total_after(item), 1e-3);
    EXPECT_NEAR(grown->total_before(item), expected->total_before(item), 1e-3);
  }
}

TEST(Transitions, KeepTheLargestCountsOfEachItem) {
  const Sequences sequences = random_sequences(60, 25, 30, 3);
  const auto all = Transitions::count(sequences, {}, 1000, 1, {});
  const auto few = Transitions::count(sequences, {}, 4, 1, {});
  ASSERT_TRUE(all && few);
  for (std::int32_t item = 0; item < 25; ++item) {
    EXPECT_LE(few->after(item).size(), 4U);
    EXPECT_EQ(few->total_after(item), all->total_after(item));
    float least = 1e9F;
    for (const auto& cell : few->after(item)) least = std::min(least, cell.count);
    const auto larger = std::ranges::count_if(all->after(item), [&](const auto& cell) { return cell.count > least; });
    EXPECT_LT(larger, 4);
  }
}

TEST(Transitions, AreTheSameBytesForAnyNumberOfThreads) {
  const Sequences sequences = random_sequences(60, 25, 30, 4);
  EXPECT_EQ(bytes_of(*Transitions::count(sequences, {}, 9, 1, {})), bytes_of(*Transitions::count(sequences, {}, 9, 3, {})));
}

TEST(Transitions, AreReadBackAndRefusedInPieces) {
  const std::string bytes = bytes_of(*Transitions::count(random_sequences(30, 12, 30, 5), {}, 9, 1, {}));
  ByteReader whole(bytes);
  const auto again = Transitions::read(whole);
  ASSERT_TRUE(again);
  EXPECT_TRUE(whole.is_whole());
  EXPECT_EQ(bytes_of(*again), bytes);
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    ByteReader piece(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(Transitions::read(piece));
  }
}

TEST(Transitions, RefuseAKernelOutOfRange) {
  EXPECT_FALSE(Transitions::count({}, {.window = 0}, 1, 1, {}));
  EXPECT_FALSE(Transitions::count({}, {.decay = 1.5F}, 1, 1, {}));
}

}  // namespace
}  // namespace cineloom
