// Jobs of several nodes on one PostgreSQL store.
#include "pipeline/shared_job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <vector>

#include "store/testing/postgres_server.h"

namespace cineloom::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::SizeIs;

Timestamp noon() { return Timestamp(std::chrono::hours(12)); }

/// What several threads have seen, and who waits for it: without a clock, however slow the machine is.
template <class Value>
class Seen {
 public:
  void add(Value value) {
    {
      const std::lock_guard lock(mutex_);
      values_.push_back(std::move(value));
    }
    changed_.notify_all();
  }
  template <class Predicate>
  std::vector<Value> wait_until(Predicate is_enough) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_enough(values_); });
    return values_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Value> values_;
};

class SharedJobs : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_postgres(); !why.empty()) GTEST_SKIP() << why;
    const auto address = (*shared_postgres())->add_library();
    ASSERT_TRUE(address) << address.error().describe();
    address_ = *address;
  }
  /// A node of its own: store and queue.
  struct Node {
    std::unique_ptr<Store> store;
    std::unique_ptr<SharedJobQueue> queue;
  };
  Node node(JobRunner runner, JobListener listener = {}, std::function<void()> on_change = {}) {
    Node node{.store = *open_store(address_), .queue = nullptr};
    node.queue = std::make_unique<SharedJobQueue>(
        *shared_work(*node.store),
        SharedQueueOptions{.now = noon, .listener = std::move(listener), .runner = std::move(runner), .on_library_change = std::move(on_change)});
    return node;
  }
  std::string address_;
};

TEST_F(SharedJobs, AreEachDoneOnceByWhicheverNodeIsFree) {
  Seen<JobId> done;
  const JobRunner runner = [&done](const Job& job, Progress&, const CancelToken&) -> Expected<void> {
    done.add(job.id);
    return {};
  };
  std::vector<Node> nodes;
  for (int i = 0; i < 3; ++i) nodes.push_back(node(runner));
  constexpr std::size_t kJobs = 40;
  for (std::size_t i = 0; i < kJobs; ++i) ASSERT_TRUE(nodes[i % 3].queue->submit({.kind = JobKind::Analyze, .title = "x", .film = FilmId(1)}));
  auto ids = done.wait_until([](const auto& all) { return all.size() >= kJobs; });
  nodes.clear();
  std::ranges::sort(ids);
  EXPECT_THAT(ids, SizeIs(kJobs));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
  const auto store = *open_store(address_);
  std::vector<JobState> states;
  const auto jobs = *shared_work(*store)->jobs();  // a temporary would be gone within the loop
  for (const Job& job : jobs) states.push_back(job.state);
  EXPECT_THAT(states, Each(JobState::Done));
}

TEST_F(SharedJobs, AreStoppedAtTheNodeThatRunsThemByAnyOther) {
  Seen<JobId> begun;
  Seen<Job> told;
  const Node runs = node([&begun](const Job& job, Progress&, const CancelToken& cancel) -> Expected<void> {
    begun.add(job.id);
    while (!cancel.is_cancelled()) std::this_thread::yield();
    return cancel.check();
  });
  const Node asks = node({}, [&told](const Job& job) { told.add(job); });
  const auto job = asks.queue->submit({.kind = JobKind::Train, .title = "x"});
  ASSERT_TRUE(job);
  begun.wait_until([](const auto& all) { return !all.empty(); });
  EXPECT_TRUE(asks.queue->cancel(job->id));
  const auto heard = told.wait_until([](const auto& all) { return !all.empty() && all.back().finished.has_value(); });
  EXPECT_EQ(heard.back().state, JobState::Cancelled);
  EXPECT_EQ(asks.queue->cancel(job->id).error().code(), ErrorCode::Conflict);
}

TEST_F(SharedJobs, GoOnAtAnotherNodeWhenTheirsEnds) {
  Seen<JobId> begun;
  Node ends = node([&begun](const Job& job, Progress&, const CancelToken& cancel) -> Expected<void> {
    begun.add(job.id);
    while (!cancel.is_cancelled()) std::this_thread::yield();
    return cancel.check();
  });
  const auto job = ends.queue->submit({.kind = JobKind::Train, .title = "x"});
  ASSERT_TRUE(job);
  begun.wait_until([](const auto& all) { return !all.empty(); });
  ends.queue.reset();
  Seen<JobId> done;
  const Node goes_on = node([&done](const Job& taken, Progress&, const CancelToken&) -> Expected<void> {
    done.add(taken.id);
    return {};
  });
  EXPECT_EQ(done.wait_until([](const auto& all) { return !all.empty(); }).front(), job->id);
}

TEST_F(SharedJobs, OfANodeThatDiedAreTakenUpAfterTheirLease) {
  const auto store = *open_store(address_);
  SharedWork& dead = *shared_work(*store);
  const auto job = dead.add_job({.kind = JobKind::Train, .title = "x", .film = {}}, noon());
  ASSERT_TRUE(job) << job.error().describe();
  const auto taken = dead.take_job(1ms, noon());
  ASSERT_TRUE(taken && *taken);
  Seen<int> done;
  const Node goes_on = node([&done](const Job&, Progress&, const CancelToken&) -> Expected<void> {
    done.add(1);
    return {};
  });
  done.wait_until([](const auto& all) { return !all.empty(); });
  EXPECT_EQ(*dead.keep_job(**taken, {}, 1h), LeaseState::Lost);
  EXPECT_EQ(dead.end_job(**taken, {.state = JobState::Failed}, noon()).error().code(), ErrorCode::Conflict);
}

TEST_F(SharedJobs, OverWhichThreeNodesDiedFail) {
  const auto store = *open_store(address_);
  SharedWork& work = *shared_work(*store);
  const auto job = work.add_job({.kind = JobKind::Train, .title = "x", .film = {}}, noon());
  ASSERT_TRUE(job);
  int deaths = 0;
  while (!work.find_job(job->id)->finished) {
    const auto taken = work.take_job(1ms, noon());
    ASSERT_TRUE(taken) << taken.error().describe();
    if (*taken) { EXPECT_EQ((*taken)->attempt, ++deaths); }
  }
  EXPECT_EQ(deaths, 3);
  EXPECT_EQ(work.find_job(job->id)->state, JobState::Failed);
}

TEST_F(SharedJobs, TellOtherNodesWhenTheLibraryChanges) {
  Seen<int> changes;
  const Node hears = node({}, {}, [&changes] { changes.add(1); });
  const auto store = *open_store(address_);
  ASSERT_TRUE(store->put_model("recommender", "bytes"));
  EXPECT_THAT(changes.wait_until([](const auto& all) { return !all.empty(); }), Each(1));
}

TEST_F(SharedJobs, OfTheSameKindGiveWayToANewerOne) {
  const Node asks = node({});
  const auto first = asks.queue->submit({.kind = JobKind::Train, .title = "x", .queueing = Queueing::ReplaceWaiting});
  const auto second = asks.queue->submit({.kind = JobKind::Train, .title = "x", .queueing = Queueing::ReplaceWaiting});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(asks.queue->job(first->id)->state, JobState::Cancelled);
  EXPECT_EQ(asks.queue->job(second->id)->state, JobState::Waiting);
}

}  // namespace
}  // namespace cineloom::testing
