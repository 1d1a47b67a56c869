#include "store/internal/writer.h"

#include <utility>

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
    if (call.place != Place::Between) continue;
    Expected<void> result = require_unbroken();
    if (result) result = call.work(connection_);
    note(result, sqlite3_extended_errcode(connection_.handle()));
    call.done.set_value(std::move(result));
  }
  std::erase_if(calls, [](const Call& call) { return call.place == Place::Between; });
}

void Writer::commit_together(std::deque<Call>& calls) {
  std::vector<Expected<void>> results(calls.size());
  Expected<void> transaction = require_unbroken();
  if (transaction) transaction = run_in_transaction(calls, results);
  for (std::size_t i = 0; i < calls.size(); ++i) { calls[i].done.set_value(results[i] && !transaction ? transaction : std::move(results[i])); }
}

Expected<void> Writer::run_in_transaction(std::deque<Call>& calls, std::vector<Expected<void>>& results) {
  Expected<void> transaction = connection_.execute("BEGIN IMMEDIATE");
  int code = sqlite3_extended_errcode(connection_.handle());
  for (std::size_t i = 0; transaction && i < calls.size(); ++i) {
    results[i] = run_alone(connection_, calls[i].work);
    // After a full disk or a failed read or write SQLite may have taken everything back: then nobody was served.
    if (sqlite3_get_autocommit(connection_.handle()) == 0) continue;
    if (results[i]) results[i] = fail(ErrorCode::Internal, "a call ended the transaction that it shares");
    transaction = results[i];
    code = transaction.error().code() == ErrorCode::ResourceExhausted ? SQLITE_FULL : SQLITE_IOERR;
  }
  if (transaction) {
    transaction = connection_.execute("COMMIT");
    code = sqlite3_extended_errcode(connection_.handle());
  }
  if (!transaction && sqlite3_get_autocommit(connection_.handle()) == 0) {
    std::ignore = connection_.execute("ROLLBACK");  // the failed COMMIT is what the callers are told
  }
  note(transaction, code);
  return transaction;
}

Expected<void> Writer::require_unbroken() const {
  const StoreCondition now = condition();
  if (now.mode != StoreCondition::Mode::Broken) return {};
  return std::unexpected(*now.cause);
}

StoreCondition Writer::condition() const {
  const std::lock_guard lock(mutex_);
  return condition_;
}

void Writer::note(const Expected<void>& transaction, int extended_code) {
  const std::lock_guard lock(mutex_);
  if (condition_.mode == StoreCondition::Mode::Broken) return;
  if (transaction) {
    condition_ = {};
  } else if (extended_code == SQLITE_IOERR_FSYNC || extended_code == SQLITE_IOERR_DIR_FSYNC) {
    condition_ = {
        .mode = StoreCondition::Mode::Broken,
        .cause = Error(ErrorCode::Unavailable, "the disk did not keep what was written to it").advise("look after the disk, then start the program again")};
  } else if ((extended_code & 0xFF) == SQLITE_FULL) {
    condition_ = {.mode = StoreCondition::Mode::Full, .cause = transaction.error()};
  }
}

}  // namespace cineloom::sqlite
