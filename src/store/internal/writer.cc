#include "store/internal/writer.h"

#include <vector>

namespace cineloom::sqlite {
namespace {

// A savepoint keeps the failure of one call from undoing the calls that share its transaction.
Expected<void> run_alone(Connection& connection, Writer::Work& work) {
  CINELOOM_TRY(connection.execute("SAVEPOINT call"));
  auto result = work(connection);
  const auto ended = connection.execute(result ? "RELEASE call" : "ROLLBACK TO call; RELEASE call");
  if (result && !ended) return ended;
  return result;
}

}  // namespace

Writer::Writer(Connection connection) : connection_(std::move(connection)), thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  ready_.notify_all();
}

Expected<void> Writer::write(Work work) { return wait_for(std::move(work), Place::InTransaction); }
Expected<void> Writer::maintain(Work work) { return wait_for(std::move(work), Place::Between); }

Expected<void> Writer::wait_for(Work work, Place place) {
  std::future<Expected<void>> done;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({.work = std::move(work), .place = place, .done = {}});
    done = waiting_.back().done.get_future();
  }
  ready_.notify_one();
  return done.get();
}

void Writer::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::deque<Call> calls = std::exchange(waiting_, {});
    lock.unlock();
    maintain_alone(calls);
    if (!calls.empty()) commit_together(calls);
  }
}

void Writer::maintain_alone(std::deque<Call>& calls) {
  for (Call& call : calls) {
    if (call.place == Place::Between) call.done.set_value(call.work(connection_));
  }
  std::erase_if(calls, [](const Call& call) { return call.place == Place::Between; });
}

void Writer::commit_together(std::deque<Call>& calls) {
  std::vector<Expected<void>> results(calls.size());
  Expected<void> transaction = connection_.execute("BEGIN IMMEDIATE");
  if (transaction) {
    for (std::size_t i = 0; i < calls.size(); ++i) results[i] = run_alone(connection_, calls[i].work);
    transaction = connection_.execute("COMMIT");
    if (!transaction && sqlite3_get_autocommit(connection_.handle()) == 0) {
      std::ignore = connection_.execute("ROLLBACK");  // the failed COMMIT is what the callers are told
    }
  }
  for (std::size_t i = 0; i < calls.size(); ++i) { calls[i].done.set_value(results[i] && !transaction ? transaction : std::move(results[i])); }
}

}  // namespace cineloom::sqlite
