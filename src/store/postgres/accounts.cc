#include "store/postgres/accounts.h"

#include <fmt/format.h>

#include "base/json.h"
#include "store/internal/account_rows.h"
#include "store/postgres/schema.h"
#include "store/postgres/tables.h"
#include "store/postgres/transactions.h"

namespace cineloom::postgres {
namespace {

constexpr int kConnections = 2;  // beside those of the library; answers are remembered for a second
constexpr std::string_view kAccount = "SELECT id, name, role, password, made FROM accounts ";
constexpr std::string_view kToken = "SELECT id, account, name, hash, scopes, made, expires FROM tokens ";
constexpr std::string_view kLine = "SELECT number, at, action, account, address, detail, hash FROM audit ";

Expected<Account> account_at(const Rows& rows, int row) {
  CINELOOM_TRY_ASSIGN(const Role role, store::role_of(rows.text(row, 2)));
  return Account{.id = AccountId(rows.integer(row, 0)),
                 .name = std::string(rows.text(row, 1)),
                 .role = role,
                 .password_hash = std::string(rows.text(row, 3)),
                 .made_at = timestamp_of(rows.integer(row, 4))};
}

Expected<ApiToken> token_at(const Rows& rows, int row) {
  CINELOOM_TRY_ASSIGN(auto scopes, store::scopes_of(rows.text(row, 4)));
  ApiToken token{.id = TokenId(rows.integer(row, 0)),
                 .account = AccountId(rows.integer(row, 1)),
                 .name = std::string(rows.text(row, 2)),
                 .hash = std::string(rows.text(row, 3)),
                 .scopes = std::move(scopes),
                 .made_at = timestamp_of(rows.integer(row, 5)),
                 .expires_at = {}};
  if (!rows.is_null(row, 6)) token.expires_at = timestamp_of(rows.integer(row, 6));
  return token;
}

Expected<Session> session_at(const Rows& rows, int row) {
  return Session{.hash = std::string(rows.text(row, 0)),
                 .account = AccountId(rows.integer(row, 1)),
                 .made_at = timestamp_of(rows.integer(row, 2)),
                 .seen_at = timestamp_of(rows.integer(row, 3))};
}

Expected<AuditEntry> line_at(const Rows& rows, int row) {
  CINELOOM_TRY_ASSIGN(const AuditAction action, store::action_of(rows.text(row, 2), rows.integer(row, 0)));
  return AuditEntry{.number = rows.integer(row, 0),
                    .at = timestamp_of(rows.integer(row, 1)),
                    .action = action,
                    .account = AccountId(rows.integer(row, 3)),
                    .address = std::string(rows.text(row, 4)),
                    .detail = std::string(rows.text(row, 5)),
                    .hash = std::string(rows.text(row, 6))};
}

template <class T>
using ReadRow = Expected<T> (*)(const Rows& rows, int row);

template <class T>
Expected<std::vector<T>> all_of(Connection& connection, const std::string& text, const Parameters& parameters, ReadRow<T> read) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(text, parameters));
  std::vector<T> all;
  for (int row = 0; row < rows.size(); ++row) {
    CINELOOM_TRY_ASSIGN(T value, read(rows, row));
    all.push_back(std::move(value));
  }
  return all;
}

template <class T>
Expected<std::optional<T>> first_of(Connection& connection, const std::string& text, const Parameters& parameters, ReadRow<T> read) {
  CINELOOM_TRY_ASSIGN(auto all, all_of(connection, text, parameters, read));
  if (all.empty()) return std::optional<T>();
  return std::optional(std::move(all.front()));
}

Expected<std::int64_t> count_of(Connection& connection, std::string_view text, const Parameters& parameters = Parameters()) {
  CINELOOM_TRY_ASSIGN(const Rows rows, connection.run(text, parameters));
  return rows.integer(0, 0);
}

Expected<void> require_changed(const Rows& rows, std::string_view what) {
  if (rows.changed() > 0) return {};
  return fail(ErrorCode::NotFound, fmt::format("there is no such {}", what));
}

Expected<void> add_line(Connection& connection, AccountId account, const AuditNote& note) {
  CINELOOM_TRY_ASSIGN(const auto last, first_of(connection, fmt::format("{}ORDER BY number DESC LIMIT 1", kLine), Parameters(), line_at));
  const AuditEntry entry = store::next_entry(last ? &*last : nullptr, account, note);
  CINELOOM_TRY(connection.run(
      "INSERT INTO audit(number, at, action, account, address, detail, hash) VALUES($1, $2, $3, $4, $5, $6, $7)",
      Parameters(entry.number, milliseconds_of(entry.at), json::enum_name(entry.action), account.number(), entry.address, entry.detail, entry.hash)));
  return {};
}

Expected<AccountId> insert_account(Connection& connection, const Account& account, const AuditNote& note) {
  CINELOOM_TRY_ASSIGN(const Rows added,
                      connection.run("INSERT INTO accounts(name, role, password, made) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id",
                                     Parameters(account.name, json::enum_name(account.role), account.password_hash, milliseconds_of(account.made_at))));
  if (added.is_empty()) return store::name_taken(account.name);
  const AccountId id(added.integer(0, 0));
  CINELOOM_TRY(add_line(connection, id, note));
  return id;
}

class SharedAccounts final : public AccountStore {
 public:
  explicit SharedAccounts(const std::string& address) : pool_(address, kConnections), transactions_(pool_) {}

  Expected<std::vector<Account>> accounts() override {
    return read([](Connection& c) { return all_of(c, fmt::format("{}ORDER BY lower(name)", kAccount), Parameters(), account_at); });
  }
  Expected<std::optional<Account>> find_account(std::string_view name) override {
    return read([&](Connection& c) { return first_of(c, fmt::format("{}WHERE lower(name)=lower($1 COLLATE \"C\")", kAccount), Parameters(name), account_at); });
  }
  Expected<std::optional<Account>> account(AccountId id) override {
    return read([&](Connection& c) { return first_of(c, fmt::format("{}WHERE id=$1", kAccount), Parameters(id.number()), account_at); });
  }
  Expected<AccountId> add_account(const Account& account, const AuditNote& note) override {
    return write([&](Connection& c) { return insert_account(c, account, note); });
  }
  Expected<AccountId> add_first_account(const Account& account, const AuditNote& note) override {
    return write([&](Connection& c) -> Expected<AccountId> {
      CINELOOM_TRY_ASSIGN(const std::int64_t count, count_of(c, "SELECT count(*) FROM accounts"));
      if (count > 0) return fail(ErrorCode::Conflict, "there are accounts already");
      return insert_account(c, account, note);
    });
  }
  Expected<void> remove_account(AccountId id, const AuditNote& note) override {
    return change(id, note, [&](Connection& c) -> Expected<void> {
      CINELOOM_TRY_ASSIGN(const std::int64_t others, count_of(c, "SELECT count(*) FROM accounts WHERE id<>$1", Parameters(id.number())));
      CINELOOM_TRY_ASSIGN(const std::int64_t admins, count_of(c, "SELECT count(*) FROM accounts WHERE role='admin' AND id<>$1", Parameters(id.number())));
      CINELOOM_TRY(store::require_admin_left(others, admins));
      CINELOOM_TRY_ASSIGN(const Rows removed, c.run("DELETE FROM accounts WHERE id=$1", Parameters(id.number())));
      return require_changed(removed, "account");
    });
  }
  Expected<void> set_password(AccountId id, std::string_view hash, const AuditNote& note) override {
    return change(id, note, [&](Connection& c) -> Expected<void> {
      CINELOOM_TRY_ASSIGN(const Rows changed, c.run("UPDATE accounts SET password=$1 WHERE id=$2", Parameters(hash, id.number())));
      CINELOOM_TRY(require_changed(changed, "account"));
      return run(c, "DELETE FROM sessions WHERE account=$1", Parameters(id.number()));
    });
  }
  Expected<void> renew_hash(AccountId id, std::string_view hash) override {
    return write_alone([&](Connection& c) { return run(c, "UPDATE accounts SET password=$1 WHERE id=$2", Parameters(hash, id.number())); });
  }

  Expected<void> add_session(const Session& session, const AuditNote& note) override {
    return change(session.account, note, [&](Connection& c) -> Expected<void> {
      CINELOOM_TRY_ASSIGN(const Rows added,
                          c.run("INSERT INTO sessions(hash, account, made, seen) SELECT $1, id, $2, $3 FROM accounts WHERE id=$4",
                                Parameters(session.hash, milliseconds_of(session.made_at), milliseconds_of(session.seen_at), session.account.number())));
      CINELOOM_TRY(require_changed(added, "account"));
      return run(c, "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE account=$1 ORDER BY made DESC OFFSET $2)",
                 Parameters(session.account.number(), kMostSessions));
    });
  }
  Expected<std::optional<Session>> session(std::string_view hash) override {
    return read([&](Connection& c) { return first_of(c, "SELECT hash, account, made, seen FROM sessions WHERE hash=$1", Parameters(hash), session_at); });
  }
  Expected<void> touch_session(std::string_view hash, Timestamp seen_at) override {
    return write_alone([&](Connection& c) { return run(c, "UPDATE sessions SET seen=$1 WHERE hash=$2", Parameters(milliseconds_of(seen_at), hash)); });
  }
  Expected<void> end_session(std::string_view hash, const AuditNote& note) override {
    CINELOOM_TRY_ASSIGN(const auto known, session(hash));
    if (!known) return {};
    return change(known->account, note, [&](Connection& c) { return run(c, "DELETE FROM sessions WHERE hash=$1", Parameters(hash)); });
  }
  Expected<void> end_sessions(AccountId account, const AuditNote& note) override {
    return change(account, note, [&](Connection& c) { return run(c, "DELETE FROM sessions WHERE account=$1", Parameters(account.number())); });
  }
  Expected<void> drop_sessions(Timestamp begun_before, Timestamp seen_before) override {
    return write_alone([&](Connection& c) {
      return run(c, "DELETE FROM sessions WHERE made<$1 OR seen<$2", Parameters(milliseconds_of(begun_before), milliseconds_of(seen_before)));
    });
  }

  Expected<TokenId> add_token(const ApiToken& token, const AuditNote& note) override {
    return write([&](Connection& c) -> Expected<TokenId> {
      const std::int64_t expires = token.expires_at ? milliseconds_of(*token.expires_at) : 0;
      CINELOOM_TRY_ASSIGN(
          const Rows added,
          c.run("INSERT INTO tokens(account, name, hash, scopes, made, expires) SELECT id, $1, $2, $3, $4, nullif($5,0) FROM accounts "
                "WHERE id=$6 RETURNING id",
                Parameters(token.name, token.hash, store::text_of(token.scopes), milliseconds_of(token.made_at), expires, token.account.number())));
      if (added.is_empty()) return fail(ErrorCode::NotFound, "there is no such account");
      CINELOOM_TRY(add_line(c, token.account, note));
      return TokenId(added.integer(0, 0));
    });
  }
  Expected<std::optional<ApiToken>> find_token(std::string_view hash) override {
    return read([&](Connection& c) { return first_of(c, fmt::format("{}WHERE hash=$1", kToken), Parameters(hash), token_at); });
  }
  Expected<std::vector<ApiToken>> tokens(AccountId account) override {
    return read([&](Connection& c) { return all_of(c, fmt::format("{}WHERE account=$1 ORDER BY id", kToken), Parameters(account.number()), token_at); });
  }
  Expected<void> remove_token(AccountId account, TokenId token, const AuditNote& note) override {
    return change(account, note, [&](Connection& c) -> Expected<void> {
      CINELOOM_TRY_ASSIGN(const Rows removed, c.run("DELETE FROM tokens WHERE id=$1 AND account=$2", Parameters(token.number(), account.number())));
      return require_changed(removed, "token");
    });
  }

  Expected<void> note(AccountId account, const AuditNote& note) override {
    return write([&](Connection& c) { return add_line(c, account, note); });
  }
  Expected<std::vector<AuditEntry>> audit(int limit) override {
    return read([&](Connection& c) { return all_of(c, fmt::format("{}ORDER BY number DESC LIMIT $1", kLine), Parameters(limit), line_at); });
  }
  Expected<std::int64_t> check_audit() override {
    return read([](Connection& c) -> Expected<std::int64_t> {
      std::string before;
      std::int64_t count = 0;
      CINELOOM_TRY(c.each(fmt::format("{}ORDER BY number", kLine), Parameters(), [&](const Rows& rows) -> Expected<void> {
        const auto line = line_at(rows, 0);
        if (!line || !store::is_next(*line, count, before)) return store::broken_log(count + 1);
        before = line->hash;
        ++count;
        return {};
      }));
      return count;
    });
  }

 private:
  static Expected<void> run(Connection& connection, std::string_view text, const Parameters& parameters) {
    CINELOOM_TRY(connection.run(text, parameters));
    return {};
  }
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<Connection&>())) {
    return transactions_.read(std::move(work));
  }
  template <class Work>
  auto write_alone(Work work) -> decltype(work(std::declval<Connection&>())) {
    return transactions_.write(std::move(work));
  }
  /// One at a time of all nodes: each line of the log needs the one before it, and of two last admins one stays. Readers do not wait.
  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<Connection&>())) {
    return transactions_.write([&](Connection& connection) -> decltype(work(connection)) {
      CINELOOM_TRY(connection.execute("LOCK TABLE audit IN EXCLUSIVE MODE"));
      return work(connection);
    });
  }
  /// A change and its line in the log.
  template <class Work>
  Expected<void> change(AccountId account, const AuditNote& note, Work work) {
    return write([&](Connection& connection) -> Expected<void> {
      CINELOOM_TRY(work(connection));
      return add_line(connection, account, note);
    });
  }

  Pool pool_;
  Transactions transactions_;
};

}  // namespace

Expected<std::unique_ptr<AccountStore>> open_accounts(const std::string& address) {
  CINELOOM_TRY_ASSIGN(Connection connection, Connection::open(address));
  CINELOOM_TRY(migrate(connection));
  return std::make_unique<SharedAccounts>(address);
}

}  // namespace cineloom::postgres
