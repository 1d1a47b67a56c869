#include "store/account_store.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <mutex>

#include "base/files.h"
#include "base/json.h"
#include "store/internal/account_rows.h"
#include "store/internal/audit_log.h"
#include "store/internal/sqlite.h"

namespace cineloom {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::Statement;

// "CNLA": tells our files from other SQLite files.
constexpr std::int64_t kApplicationId = 0x434E4C41;
constexpr std::int64_t kVersion = 1;
// No write-ahead log: the command line may write while the server does, which SQLite before 3.51.3 cannot do safely there.
constexpr auto kSettings = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA secure_delete=ON;";

constexpr auto kTables = R"sql(
CREATE TABLE accounts(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE, role TEXT NOT NULL, password TEXT NOT NULL,
  made INTEGER NOT NULL) STRICT;
CREATE TABLE sessions(
  hash TEXT PRIMARY KEY, account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, made INTEGER NOT NULL,
  seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions(account, made);
CREATE TABLE tokens(
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, made INTEGER NOT NULL, expires INTEGER) STRICT;
CREATE INDEX tokens_by_account ON tokens(account);
CREATE TABLE audit(
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, account INTEGER NOT NULL, address TEXT NOT NULL,
  detail TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_stands BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
)sql";

constexpr auto kSelectAccount = "SELECT id, name, role, password, made FROM accounts ";

std::int64_t milliseconds_of(Timestamp at) { return at.time_since_epoch().count(); }
Timestamp time_at(const Statement& row, int column) { return Timestamp(std::chrono::milliseconds(row.integer(column))); }

Expected<Account> account_at(const Statement& row) {
  CINELOOM_TRY_ASSIGN(const Role role, store::role_of(row.text(2)));
  return Account{
      .id = AccountId(row.integer(0)), .name = std::string(row.text(1)), .role = role, .password_hash = std::string(row.text(3)), .made_at = time_at(row, 4)};
}

Expected<ApiToken> token_at(const Statement& row) {
  ApiToken token{.id = TokenId(row.integer(0)),
                 .account = AccountId(row.integer(1)),
                 .name = std::string(row.text(2)),
                 .hash = std::string(row.text(3)),
                 .scopes = {},
                 .made_at = time_at(row, 5),
                 .expires_at = {}};
  CINELOOM_TRY_ASSIGN(token.scopes, store::scopes_of(row.text(4)));
  if (!row.is_null(6)) token.expires_at = time_at(row, 6);
  return token;
}

Expected<Session> session_at(const Statement& row) {
  return Session{.hash = std::string(row.text(0)), .account = AccountId(row.integer(1)), .made_at = time_at(row, 2), .seen_at = time_at(row, 3)};
}

template <class T>
Expected<std::optional<T>> first_of(Expected<std::vector<T>> rows) {
  if (!rows) return std::unexpected(std::move(rows).error());
  if (rows->empty()) return std::optional<T>();
  return std::optional(std::move(rows->front()));
}

Expected<std::int64_t> number_of(Connection& connection, std::string_view text) {
  CINELOOM_TRY_ASSIGN(Statement * statement, connection.prepare(text));
  CINELOOM_TRY(statement->step());
  const std::int64_t number = statement->integer(0);
  statement->reset();
  return number;
}

Expected<void> require_changed(const Connection& connection, std::string_view what) {
  if (connection.changes() > 0) return {};
  return fail(ErrorCode::NotFound, fmt::format("there is no such {}", what));
}

Expected<void> prepare_file(Connection& connection) {
  CINELOOM_TRY(connection.execute(kSettings));
  CINELOOM_TRY(connection.execute("BEGIN IMMEDIATE"));
  CINELOOM_TRY_ASSIGN(const std::int64_t version, number_of(connection, "PRAGMA user_version"));
  CINELOOM_TRY_ASSIGN(const std::int64_t application, number_of(connection, "PRAGMA application_id"));
  CINELOOM_TRY_ASSIGN(const std::int64_t tables, number_of(connection, "SELECT count(*) FROM sqlite_schema"));
  if (tables == 0) return connection.execute(fmt::format("{}PRAGMA user_version={};PRAGMA application_id={};COMMIT", kTables, kVersion, kApplicationId));
  CINELOOM_TRY(connection.execute("ROLLBACK"));
  if (application == kApplicationId && version == kVersion) return {};
  return std::unexpected(Error(ErrorCode::DataLoss, "accounts.db is another program's, or a newer one's").advise("use the program that wrote it"));
}

struct Parts {
  explicit Parts(fs::path place) : file(std::move(place)) {}

  /// The connection, once there is a file; none before.
  Expected<Connection*> find() {
    std::error_code error;
    if (!connection && fs::exists(file, error)) CINELOOM_TRY(connect());
    return connection ? &*connection : nullptr;
  }
  Expected<void> make() {
    if (connection) return {};
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    // Made by us, so that nobody else may read it from its first moment; what SQLite puts beside it has the same rights.
    const FileDescriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (made.get() < 0) return fail(ErrorCode::Unavailable, fmt::format("cannot write '{}'", file.string()));
    return connect();
  }
  Expected<void> connect() {
    CINELOOM_TRY_ASSIGN(Connection opened, Connection::open(file, sqlite::Access::ReadWrite));
    CINELOOM_TRY(prepare_file(opened));
    connection.emplace(std::move(opened));
    return {};
  }

  /// What `work` reads; its empty value while there is no file.
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<Connection&>())) {
    const std::lock_guard lock(mutex);
    CINELOOM_TRY_ASSIGN(Connection * found, find());
    if (found == nullptr) return typename decltype(work(std::declval<Connection&>()))::value_type();
    return work(*found);
  }

  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<Connection&>())) {
    const std::lock_guard lock(mutex);
    CINELOOM_TRY(make());
    CINELOOM_TRY(connection->execute("BEGIN IMMEDIATE"));
    auto result = work(*connection);
    auto ended = connection->execute(result ? "COMMIT" : "ROLLBACK");
    if (result && !ended) {
      std::ignore = connection->execute("ROLLBACK");  // the failure of the commit is the one to tell
      return std::unexpected(std::move(ended).error());
    }
    return result;
  }

  /// A change and its line in the log.
  template <class Work>
  Expected<void> change(AccountId account, const AuditNote& note, Work work) {
    return write([&](Connection& c) -> Expected<void> {
      CINELOOM_TRY(work(c));
      return sqlite::add_audit_entry(c, account, note);
    });
  }

  fs::path file;
  std::mutex mutex;
  std::optional<Connection> connection;
};

Expected<AccountId> insert_account(Connection& c, const Account& account, const AuditNote& note) {
  CINELOOM_TRY_ASSIGN(Statement * same, c.prepare("SELECT 1 FROM accounts WHERE name=?"));
  same->bind(1, std::string_view(account.name));
  CINELOOM_TRY_ASSIGN(const Statement::Step step, same->step());
  same->reset();
  if (step == Statement::Step::Row) { return store::name_taken(account.name); }
  const std::string role = json::enum_name(account.role);
  CINELOOM_TRY(c.run("INSERT INTO accounts(name, role, password, made) VALUES(?,?,?,?)", std::string_view(account.name), std::string_view(role),
                     std::string_view(account.password_hash), milliseconds_of(account.made_at)));
  const AccountId id(c.last_id());
  CINELOOM_TRY(sqlite::add_audit_entry(c, id, note));
  return id;
}

Expected<void> require_other_admin(Connection& c, AccountId id) {
  CINELOOM_TRY_ASSIGN(const std::int64_t others, number_of(c, fmt::format("SELECT count(*) FROM accounts WHERE id<>{}", id.number())));
  CINELOOM_TRY_ASSIGN(const std::int64_t admins, number_of(c, fmt::format("SELECT count(*) FROM accounts WHERE role='admin' AND id<>{}", id.number())));
  return store::require_admin_left(others, admins);
}

class AccountFile final : public AccountStore {
 public:
  explicit AccountFile(fs::path place) : parts_(std::move(place)) {}

  /// Looks whether there is a file, and that it is ours.
  Expected<void> look() {
    CINELOOM_TRY(parts_.find());
    return {};
  }

  Expected<std::vector<Account>> accounts() override;
  Expected<std::optional<Account>> find_account(std::string_view name) override;
  Expected<std::optional<Account>> account(AccountId id) override;
  Expected<AccountId> add_account(const Account& account, const AuditNote& note) override;
  Expected<AccountId> add_first_account(const Account& account, const AuditNote& note) override;
  Expected<void> remove_account(AccountId id, const AuditNote& note) override;
  Expected<void> set_password(AccountId id, std::string_view hash, const AuditNote& note) override;
  Expected<void> renew_hash(AccountId id, std::string_view hash) override;
  Expected<void> add_session(const Session& session, const AuditNote& note) override;
  Expected<std::optional<Session>> session(std::string_view hash) override;
  Expected<void> touch_session(std::string_view hash, Timestamp seen_at) override;
  Expected<void> end_session(std::string_view hash, const AuditNote& note) override;
  Expected<void> end_sessions(AccountId account, const AuditNote& note) override;
  Expected<void> drop_sessions(Timestamp begun_before, Timestamp seen_before) override;
  Expected<TokenId> add_token(const ApiToken& token, const AuditNote& note) override;
  Expected<std::optional<ApiToken>> find_token(std::string_view hash) override;
  Expected<std::vector<ApiToken>> tokens(AccountId account) override;
  Expected<void> remove_token(AccountId account, TokenId token, const AuditNote& note) override;
  Expected<void> note(AccountId account, const AuditNote& note) override;
  Expected<std::vector<AuditEntry>> audit(int limit) override;
  Expected<std::int64_t> check_audit() override;

 private:
  Parts parts_;
};

}  // namespace

Expected<std::vector<Account>> AccountFile::accounts() {
  return parts_.read([](Connection& c) -> Expected<std::vector<Account>> {
    CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare(fmt::format("{}ORDER BY name", kSelectAccount)));
    return rows(*statement, account_at);
  });
}

Expected<std::optional<Account>> AccountFile::find_account(std::string_view name) {
  return parts_.read([&](Connection& c) -> Expected<std::optional<Account>> {
    CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare(fmt::format("{}WHERE name=?", kSelectAccount)));
    statement->bind(1, name);
    return first_of(rows(*statement, account_at));
  });
}

Expected<std::optional<Account>> AccountFile::account(AccountId id) {
  return parts_.read([&](Connection& c) -> Expected<std::optional<Account>> {
    CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare(fmt::format("{}WHERE id=?", kSelectAccount)));
    statement->bind(1, id.number());
    return first_of(rows(*statement, account_at));
  });
}

Expected<AccountId> AccountFile::add_account(const Account& account, const AuditNote& note) {
  return parts_.write([&](Connection& c) { return insert_account(c, account, note); });
}

Expected<AccountId> AccountFile::add_first_account(const Account& account, const AuditNote& note) {
  return parts_.write([&](Connection& c) -> Expected<AccountId> {
    CINELOOM_TRY_ASSIGN(const std::int64_t count, number_of(c, "SELECT count(*) FROM accounts"));
    if (count > 0) return fail(ErrorCode::Conflict, "there are accounts already");
    return insert_account(c, account, note);
  });
}

Expected<void> AccountFile::remove_account(AccountId id, const AuditNote& note) {
  return parts_.change(id, note, [&](Connection& c) -> Expected<void> {
    CINELOOM_TRY(require_other_admin(c, id));
    CINELOOM_TRY(c.run("DELETE FROM accounts WHERE id=?", id.number()));
    return require_changed(c, "account");
  });
}

Expected<void> AccountFile::set_password(AccountId id, std::string_view hash, const AuditNote& note) {
  return parts_.change(id, note, [&](Connection& c) -> Expected<void> {
    CINELOOM_TRY(c.run("UPDATE accounts SET password=? WHERE id=?", hash, id.number()));
    CINELOOM_TRY(require_changed(c, "account"));
    return c.run("DELETE FROM sessions WHERE account=?", id.number());
  });
}

Expected<void> AccountFile::renew_hash(AccountId id, std::string_view hash) {
  return parts_.write([&](Connection& c) { return c.run("UPDATE accounts SET password=? WHERE id=?", hash, id.number()); });
}

Expected<void> AccountFile::add_session(const Session& session, const AuditNote& note) {
  return parts_.change(session.account, note, [&](Connection& c) -> Expected<void> {
    CINELOOM_TRY(c.run("INSERT INTO sessions(hash, account, made, seen) SELECT ?, id, ?, ? FROM accounts WHERE id=?", std::string_view(session.hash),
                       milliseconds_of(session.made_at), milliseconds_of(session.seen_at), session.account.number()));
    CINELOOM_TRY(require_changed(c, "account"));
    return c.run("DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE account=? ORDER BY made DESC LIMIT -1 OFFSET ?)",
                 session.account.number(), std::int64_t{kMostSessions});
  });
}

Expected<std::optional<Session>> AccountFile::session(std::string_view hash) {
  return parts_.read([&](Connection& c) -> Expected<std::optional<Session>> {
    CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare("SELECT hash, account, made, seen FROM sessions WHERE hash=?"));
    statement->bind(1, hash);
    return first_of(rows(*statement, session_at));
  });
}

Expected<void> AccountFile::touch_session(std::string_view hash, Timestamp seen_at) {
  return parts_.write([&](Connection& c) { return c.run("UPDATE sessions SET seen=? WHERE hash=?", milliseconds_of(seen_at), hash); });
}

Expected<void> AccountFile::end_session(std::string_view hash, const AuditNote& note) {
  CINELOOM_TRY_ASSIGN(const auto known, session(hash));
  if (!known) return {};
  return parts_.change(known->account, note, [&](Connection& c) { return c.run("DELETE FROM sessions WHERE hash=?", hash); });
}

Expected<void> AccountFile::end_sessions(AccountId account, const AuditNote& note) {
  return parts_.change(account, note, [&](Connection& c) { return c.run("DELETE FROM sessions WHERE account=?", account.number()); });
}

Expected<void> AccountFile::drop_sessions(Timestamp begun_before, Timestamp seen_before) {
  return parts_.write(
      [&](Connection& c) { return c.run("DELETE FROM sessions WHERE made<? OR seen<?", milliseconds_of(begun_before), milliseconds_of(seen_before)); });
}

Expected<TokenId> AccountFile::add_token(const ApiToken& token, const AuditNote& note) {
  return parts_.write([&](Connection& c) -> Expected<TokenId> {
    const std::string scopes = store::text_of(token.scopes);
    CINELOOM_TRY(c.run("INSERT INTO tokens(account, name, hash, scopes, made, expires) SELECT id, ?, ?, ?, ?, nullif(?,0) FROM accounts WHERE id=?",
                       std::string_view(token.name), std::string_view(token.hash), std::string_view(scopes), milliseconds_of(token.made_at),
                       token.expires_at ? milliseconds_of(*token.expires_at) : std::int64_t{0}, token.account.number()));
    CINELOOM_TRY(require_changed(c, "account"));
    const TokenId id(c.last_id());
    CINELOOM_TRY(sqlite::add_audit_entry(c, token.account, note));
    return id;
  });
}

Expected<std::optional<ApiToken>> AccountFile::find_token(std::string_view hash) {
  return parts_.read([&](Connection& c) -> Expected<std::optional<ApiToken>> {
    CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare("SELECT id, account, name, hash, scopes, made, expires FROM tokens WHERE hash=?"));
    statement->bind(1, hash);
    return first_of(rows(*statement, token_at));
  });
}

Expected<std::vector<ApiToken>> AccountFile::tokens(AccountId account) {
  return parts_.read([&](Connection& c) -> Expected<std::vector<ApiToken>> {
    CINELOOM_TRY_ASSIGN(Statement * statement, c.prepare("SELECT id, account, name, hash, scopes, made, expires FROM tokens WHERE account=? ORDER BY id"));
    statement->bind(1, account.number());
    return rows(*statement, token_at);
  });
}

Expected<void> AccountFile::remove_token(AccountId account, TokenId token, const AuditNote& note) {
  return parts_.change(account, note, [&](Connection& c) -> Expected<void> {
    CINELOOM_TRY(c.run("DELETE FROM tokens WHERE id=? AND account=?", token.number(), account.number()));
    return require_changed(c, "token");
  });
}

Expected<void> AccountFile::note(AccountId account, const AuditNote& note) {
  return parts_.write([&](Connection& c) { return sqlite::add_audit_entry(c, account, note); });
}

Expected<std::vector<AuditEntry>> AccountFile::audit(int limit) {
  return parts_.read([&](Connection& c) { return sqlite::audit_entries(c, limit); });
}

Expected<std::int64_t> AccountFile::check_audit() {
  return parts_.read([](Connection& c) { return sqlite::check_audit(c); });
}

Expected<std::unique_ptr<AccountStore>> open_account_file(const fs::path& folder) {
  auto file = std::make_unique<AccountFile>(folder / "accounts.db");
  CINELOOM_TRY(file->look());
  return file;
}

}  // namespace cineloom
