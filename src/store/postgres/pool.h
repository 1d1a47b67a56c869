#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/postgres/connection.h"

namespace cineloom::postgres {

/// A bounded number of connections to one server, lent to one thread at a time. One that the server hung up is opened anew; while the
/// server cannot be reached, the tries lie further and further apart. Thread-safe.
class Pool {
 public:
  Pool(std::string address, int most) : address_(std::move(address)), left_(most) {}

  /// Gives the connection back when it goes, unless it is broken.
  class Lease {
   public:
    Lease(Pool& pool, Connection connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection& operator*() { return connection_; }

   private:
    Pool* pool_;
    Connection connection_;
  };

  /// Waits for a free connection and a server that answers. Errors: Unavailable after the patience of kPatience.
  Expected<Lease> lend();

 private:
  Expected<Connection> free_or_new();
  void take_back(Connection connection);

  std::string address_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> free_;
  int left_;  // that may still be opened
};

}  // namespace cineloom::postgres
