#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "store/internal/sqlite.h"

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

  Connection connection_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Call> waiting_;
  bool is_closing_ = false;
  std::jthread thread_;
};

}  // namespace cineloom::sqlite
