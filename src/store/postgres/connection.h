#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/expected.h"
#include "store/postgres/parameters.h"

struct pg_conn;
struct pg_result;

namespace cineloom::postgres {

/// What a statement gave.
class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}

  [[nodiscard]] int size() const;
  [[nodiscard]] bool is_empty() const { return size() == 0; }
  /// Rows that were inserted, changed or removed.
  [[nodiscard]] int changed() const;
  [[nodiscard]] bool is_null(int row, int column) const;
  /// Of any whole type, or 0 and 1 of a truth.
  [[nodiscard]] std::int64_t integer(int row, int column) const { return number_in(text(row, column)); }
  [[nodiscard]] double real(int row, int column) const { return real_in(text(row, column)); }
  [[nodiscard]] std::optional<double> optional_real(int row, int column) const;
  /// Text or bytes; valid while this lives.
  [[nodiscard]] std::string_view text(int row, int column) const;

 private:
  struct Clearer {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clearer> result_;
};

/// Why the last statement failed, for whoever may try again.
enum class Trouble {
  None,
  Refused,   ///< by the server; again would be the same
  Collided,  ///< with another transaction: rolled back, may be tried again
  Lost,      ///< the connection is gone
};

/// One connection to a server; used by one thread at a time. Statements are prepared at their first use and kept.
class Connection {
 public:
  /// `address` is postgresql://... or libpq's keywords. Errors: Unavailable with what the server or the network says; never with a password.
  static Expected<Connection> open(const std::string& address);

  /// Runs one statement with $1, $2, ... bound.
  Expected<Rows> run(std::string_view text, const Parameters& parameters = Parameters());
  /// The same for answers that memory should not hold at once: each row is handed on as it comes, as row 0.
  Expected<void> each(std::string_view text, const Parameters& parameters, const std::function<Expected<void>(const Rows&)>& take);
  /// Runs any statements without parameters, one after the other.
  Expected<void> execute(const std::string& text);

  [[nodiscard]] Trouble trouble() const { return trouble_; }
  /// Looks, without asking the server, whether it has hung up.
  [[nodiscard]] bool is_alive();
  /// Waits for a notification. Errors: Unavailable if the connection is lost.
  Expected<std::optional<std::string>> wait_for_notification(std::chrono::milliseconds limit);

 private:
  struct Closer {
    void operator()(pg_conn* connection) const;
  };
  explicit Connection(pg_conn* connection) : connection_(connection) {}
  Expected<std::string> prepared(std::string_view text, const Parameters& parameters);
  /// The answer, if it is one.
  Expected<Rows> checked(pg_result* result);
  Error failure(const pg_result* result);

  std::unique_ptr<pg_conn, Closer> connection_;
  std::unordered_map<std::string, std::string> statements_;  // name by text
  Trouble trouble_ = Trouble::None;
};

/// The address for people: host and database, nothing else.
std::string describe_address(const std::string& address);

}  // namespace cineloom::postgres
