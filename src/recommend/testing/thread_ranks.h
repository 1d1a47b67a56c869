#pragma once

#include <algorithm>
#include <barrier>
#include <functional>
#include <thread>
#include <vector>

#include "base/ranks.h"

namespace cineloom::testing {

/// Ranks that are threads of one process: what they give lies in the open, and a barrier stands before and after each exchange.
class ThreadRanks {
 public:
  explicit ThreadRanks(int size) : barrier_(size), given_(static_cast<std::size_t>(size)), bytes_(static_cast<std::size_t>(size)) {}

  /// Calls body at every rank, each on a thread of its own, and waits.
  void run(const std::function<void(Ranks&)>& body) {
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < static_cast<int>(given_.size()); ++rank) {
      threads.emplace_back([this, rank, &body] {
        Member member(*this, rank);
        body(member);
      });
    }
  }

 private:
  class Member final : public Ranks {
   public:
    Member(ThreadRanks& all, int rank) : all_(all), rank_(rank) {}
    [[nodiscard]] int rank() const override { return rank_; }
    [[nodiscard]] int size() const override { return static_cast<int>(all_.given_.size()); }
    Expected<void> sum(std::span<std::int64_t> values) override {
      return together(values, true, [](std::int64_t a, std::int64_t b) { return a + b; });
    }
    Expected<void> sum_at(int owner, std::span<std::int64_t> values) override {
      return together(values, owner == rank_, [](std::int64_t a, std::int64_t b) { return a + b; });
    }
    Expected<void> greatest(std::span<std::int64_t> values) override {
      return together(values, true, [](std::int64_t a, std::int64_t b) { return std::max(a, b); });
    }
    Expected<void> tell(int owner, std::span<std::byte> bytes) override {
      all_.bytes_[static_cast<std::size_t>(rank_)] = bytes;
      all_.barrier_.arrive_and_wait();
      if (owner != rank_) std::ranges::copy(all_.bytes_[static_cast<std::size_t>(owner)], bytes.begin());
      all_.barrier_.arrive_and_wait();
      return {};
    }

   private:
    // The last rank begins: whoever relies on an order of the sums is found out.
    Expected<void> together(std::span<std::int64_t> values, bool takes_part, const std::function<std::int64_t(std::int64_t, std::int64_t)>& join) {
      all_.given_[static_cast<std::size_t>(rank_)].assign(values.begin(), values.end());
      all_.barrier_.arrive_and_wait();
      if (takes_part) {
        std::ranges::copy(all_.given_.back(), values.begin());
        for (std::size_t rank = 0; rank + 1 < all_.given_.size(); ++rank) std::ranges::transform(values, all_.given_[rank], values.begin(), join);
      }
      all_.barrier_.arrive_and_wait();
      return {};
    }

    ThreadRanks& all_;
    int rank_;
  };

  std::barrier<> barrier_;
  std::vector<std::vector<std::int64_t>> given_;
  std::vector<std::span<std::byte>> bytes_;
};

}  // namespace cineloom::testing
