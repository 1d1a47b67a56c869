#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "store/internal/sqlite.h"
#include "store/store_condition.h"

namespace cineloom::sqlite {

/// The one thread that writes. Calls that wait at the same time share one transaction and one fsync; each is told of its
/// success only after COMMIT. A call that fails is rolled back alone.
class Writer {
 public:
  using Work = std::move_only_function<Expected<void>(Connection&)>;

  explicit Writer(Connection connection);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Runs `work` inside a transaction and waits until it is durable.
  Expected<void> write(Work work);
  /// Runs `work` between transactions, with nothing else under way on this connection, and waits.
  Expected<void> maintain(Work work);
  /// As the last transaction left it. A sync that failed is never tried again: the system may have dropped what it could not write, and
  /// would say next time that all is well.
  [[nodiscard]] StoreCondition condition() const;

 private:
  enum class Place { InTransaction, Between };
  struct Call {
    Work work;
    Place place = Place::InTransaction;
    std::promise<Expected<void>> done;
  };

  Expected<void> wait_for(Work work, Place place);
  void run();
  void maintain_alone(std::deque<Call>& calls);
  void commit_together(std::deque<Call>& calls);
  Expected<void> run_in_transaction(std::deque<Call>& calls, std::vector<Expected<void>>& results);
  Expected<void> require_unbroken() const;
  void note(const Expected<void>& transaction, int extended_code);

  Connection connection_;
  mutable std::mutex mutex_;
  StoreCondition condition_;
  std::condition_variable ready_;
  std::deque<Call> waiting_;
  bool is_closing_ = false;
  std::jthread thread_;
};

}  // namespace cineloom::sqlite
