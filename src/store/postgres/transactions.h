#pragma once

#include <string>
#include <utility>

#include "store/postgres/pool.h"

namespace cineloom::postgres {

/// Runs work on connections of a pool. Reading is tried again when the connection is lost. Writing is one transaction, tried again when it
/// collided with another or when the connection was lost before its end was told to the server; if it is lost then, nobody knows whether
/// the transaction stands, and the error says so.
class Transactions {
 public:
  explicit Transactions(Pool& pool) : pool_(&pool) {}

  /// Single statements, each of which sees what was committed before it.
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<Connection&>())) {
    for (int attempt = 1;; ++attempt) {
      CINELOOM_TRY_ASSIGN(Pool::Lease lease, pool_->lend());
      auto result = work(*lease);
      if (result || attempt == kAttempts || (*lease).trouble() != Trouble::Lost) return result;
    }
  }

  /// Several statements that see one state.
  template <class Work>
  auto read_together(Work work) -> decltype(work(std::declval<Connection&>())) {
    return read([&](Connection& connection) -> decltype(work(connection)) {
      CINELOOM_TRY(connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
      auto result = work(connection);
      CINELOOM_TRY(end(connection, result ? "COMMIT" : "ROLLBACK", result.has_value()));
      return result;
    });
  }

  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<Connection&>())) {
    for (int attempt = 1;; ++attempt) {
      CINELOOM_TRY_ASSIGN(Pool::Lease lease, pool_->lend());
      Connection& connection = *lease;
      if (auto begun = connection.execute("BEGIN"); !begun) {
        if (attempt == kAttempts || connection.trouble() != Trouble::Lost) return std::unexpected(std::move(begun).error());
        continue;
      }
      auto result = work(connection);
      const Trouble trouble = result ? Trouble::None : connection.trouble();
      if (result) {
        auto ended = connection.execute("COMMIT");
        if (ended) return result;
        if (connection.trouble() != Trouble::Collided) return std::unexpected(in_doubt(std::move(ended).error(), connection.trouble()));
      } else if (trouble != Trouble::Lost) {
        std::ignore = connection.execute("ROLLBACK");  // the failure of the work is the one to tell
      }
      const bool may_help = result || trouble == Trouble::Collided || trouble == Trouble::Lost;
      if (attempt == kAttempts || !may_help) return result ? fail_again() : std::move(result);
    }
  }

 private:
  static constexpr int kAttempts = 5;
  static Expected<void> end(Connection& connection, const char* how, bool was_good) {
    auto ended = connection.execute(how);
    return ended || !was_good ? Expected<void>() : ended;
  }
  static std::unexpected<Error> fail_again() {
    return std::unexpected(Error(ErrorCode::Unavailable, "the database was too busy with other writers").advise("try again"));
  }
  static Error in_doubt(Error error, Trouble trouble) {
    if (trouble != Trouble::Lost) return error;
    return Error(ErrorCode::Unavailable, "the connection to the database was lost while it committed; whether it did is not known")
        .advise("send the same again: events with a key count once");
  }

  Pool* pool_;
};

}  // namespace cineloom::postgres
