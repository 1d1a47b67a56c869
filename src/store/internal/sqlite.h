#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"

namespace cineloom::sqlite {

struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

/// A prepared statement; bind by position from 1, step, read by column from 0. Lives as long as its connection.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  void bind(int position, std::int64_t value) { sqlite3_bind_int64(statement_.get(), position, value); }
  void bind(int position, double value) { sqlite3_bind_double(statement_.get(), position, value); }
  /// The text must stay until the statement is reset.
  void bind(int position, std::string_view value);
  void bind_blob(int position, std::string_view value);
  void bind(int position, std::optional<double> value);

  enum class Step { Row, Done };
  Expected<Step> step();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  [[nodiscard]] bool is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(statement_.get(), column); }
  [[nodiscard]] std::optional<double> optional_real(int column) const;
  /// Valid until the next step.
  [[nodiscard]] std::string_view text(int column) const;

 private:
  std::unique_ptr<sqlite3_stmt, StatementDeleter> statement_;
};

enum class Access { ReadWrite, ReadOnly };

class Vault;

/// One connection; used by one thread at a time. Prepared statements are kept for reuse.
class Connection {
 public:
  static Expected<Connection> open(const std::filesystem::path& file, Access access);

  /// The statement for this text, reset and unbound.
  Expected<Statement*> prepare(std::string_view text);
  /// Runs statements without results.
  Expected<void> execute(const std::string& text);
  /// Runs a statement without results, with values bound in order.
  template <class... Values>
  Expected<void> run(std::string_view text, const Values&... values) {
    CINELOOM_TRY_ASSIGN(Statement * statement, prepare(text));
    int position = 0;
    (statement->bind(++position, values), ...);
    CINELOOM_TRY(statement->step());
    statement->reset();
    return {};
  }

  [[nodiscard]] std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
  [[nodiscard]] int changes() const { return sqlite3_changes(handle_.get()); }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

  /// The keys of a sealed store (vault.h); none = what is personal lies there as it is.
  [[nodiscard]] Vault* vault() const { return vault_.get(); }
  /// The keys before.
  std::shared_ptr<Vault> use(std::shared_ptr<Vault> vault) { return std::exchange(vault_, std::move(vault)); }

 private:
  struct Closer {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  explicit Connection(sqlite3* handle) : handle_(handle) {}

  std::unique_ptr<sqlite3, Closer> handle_;
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements_;
  std::shared_ptr<Vault> vault_;  // shared with whoever puts it aside for a moment
};

namespace detail {
template <class T>
struct Plain {
  using Type = T;
};
template <class T>
struct Plain<Expected<T>> {
  using Type = T;
};
}  // namespace detail

/// What `read` makes of each row that is left, in order; the statement is reset. `read(const Statement&)` gives a value, or an Expected of
/// one. Errors: those of stepping and of `read`.
template <class Read>
auto rows(Statement& statement, Read read) -> Expected<std::vector<typename detail::Plain<std::invoke_result_t<Read, const Statement&>>::Type>> {
  using Given = std::invoke_result_t<Read, const Statement&>;
  std::vector<typename detail::Plain<Given>::Type> found;
  for (;;) {
    CINELOOM_TRY_ASSIGN(const Statement::Step step, statement.step());
    if (step == Statement::Step::Done) break;
    if constexpr (std::is_same_v<Given, typename detail::Plain<Given>::Type>) {
      found.push_back(read(std::as_const(statement)));
    } else {
      CINELOOM_TRY_ASSIGN(auto value, read(std::as_const(statement)));
      found.push_back(std::move(value));
    }
  }
  statement.reset();
  return found;
}

/// Copies the whole database into a new file; whole or not at all. The source may be written meanwhile by another connection.
Expected<void> copy_to(Connection& source, const std::filesystem::path& target, const CancelToken& cancel);

/// The connection's last failure as an Error of the right code.
Error last_error(sqlite3* handle);

}  // namespace cineloom::sqlite
