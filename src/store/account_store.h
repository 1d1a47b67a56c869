#pragma once

#include <boost/describe.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "domain/ids.h"
#include "domain/time.h"

namespace cineloom {

using AccountId = Id<struct AccountTag>;
using TokenId = Id<struct TokenTag>;

/// What an account may do: a viewer what concerns themselves and the films, an admin all.
enum class Role { Viewer, Admin };
BOOST_DESCRIBE_ENUM(Role, Viewer, Admin)

/// What a token of an account may be used for.
enum class Scope {
  Read,     ///< films, stories, and the account's own viewer
  Events,   ///< telling what the viewer did
  Stories,  ///< writing and changing stories
  Models,   ///< the language model
  Manage    ///< what admins do
};
BOOST_DESCRIBE_ENUM(Scope, Read, Events, Stories, Models, Manage)

/// Somebody who may come in. The viewer that is theirs has the account's name.
struct Account {
  AccountId id;
  std::string name;           ///< compared without case
  Role role = Role::Viewer;
  std::string password_hash;
  Timestamp made_at;
};

/// A browser in which somebody signed in. The token itself is nowhere kept.
struct Session {
  std::string hash;           ///< SHA-256 of the token
  AccountId account;
  Timestamp made_at;
  Timestamp seen_at;          ///< to some minutes
};

/// What a program comes in with.
struct ApiToken {
  TokenId id;
  AccountId account;
  std::string name;           ///< what it is for
  std::string hash;           ///< SHA-256 of the token
  std::vector<Scope> scopes;
  Timestamp made_at;
  std::optional<Timestamp> expires_at;
};

enum class AuditAction {
  AccountAdded,
  AccountRemoved,
  PasswordChanged,
  SignedIn,
  SignInFailed,
  SignedOut,
  SignedOutEverywhere,
  TokenAdded,
  TokenRemoved,
  SetupFailed
};
BOOST_DESCRIBE_ENUM(AuditAction, AccountAdded, AccountRemoved, PasswordChanged, SignedIn, SignInFailed, SignedOut, SignedOutEverywhere, TokenAdded,
                    TokenRemoved, SetupFailed)

/// One line of the audit log. It holds numbers of accounts, not names, so that it may outlive them.
struct AuditEntry {
  std::int64_t number = 0;    ///< 1, 2, ... without gaps
  Timestamp at;
  AuditAction action = AuditAction::SignedIn;
  AccountId account;          ///< whom it concerns; none = a name that nobody has
  std::string address;        ///< from where; "console" = the command line
  std::string detail;
  std::string hash;           ///< SHA-256 of the hash before it and of this line: a changed or missing line is seen
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (), (number, at, action, account, address, detail, hash))

/// What is written into the log together with a change; the store gives it number and hash.
struct AuditNote {
  Timestamp at;
  AuditAction action = AuditAction::SignedIn;
  std::string address;
  std::string detail = {};
};

/// Who may come in. Every call is one transaction, durable when it returns; a change and its line in the log come together or not at all.
/// Thread-safe. Errors of all calls: Unavailable, ResourceExhausted (disk full), DataLoss.
class AccountStore {
 public:
  AccountStore() = default;
  virtual ~AccountStore() = default;
  AccountStore(const AccountStore&) = delete;
  AccountStore& operator=(const AccountStore&) = delete;

  /// In order of name.
  virtual Expected<std::vector<Account>> accounts() = 0;
  virtual Expected<std::optional<Account>> find_account(std::string_view name) = 0;
  virtual Expected<std::optional<Account>> account(AccountId id) = 0;
  /// Errors: Conflict if the name is taken.
  virtual Expected<AccountId> add_account(const Account& account, const AuditNote& note) = 0;
  /// The same if there is no account yet. Errors: Conflict otherwise.
  virtual Expected<AccountId> add_first_account(const Account& account, const AuditNote& note) = 0;
  /// With its sessions and tokens. Errors: NotFound; Conflict for the last admin while there are other accounts.
  virtual Expected<void> remove_account(AccountId id, const AuditNote& note) = 0;
  /// Ends the sessions of the account. Errors: NotFound.
  virtual Expected<void> set_password(AccountId id, std::string_view hash, const AuditNote& note) = 0;
  /// The same password, kept anew.
  virtual Expected<void> renew_hash(AccountId id, std::string_view hash) = 0;

  /// Ends also the oldest sessions of an account past kMostSessions. Errors: NotFound if the account is gone.
  virtual Expected<void> add_session(const Session& session, const AuditNote& note) = 0;
  virtual Expected<std::optional<Session>> session(std::string_view hash) = 0;
  virtual Expected<void> touch_session(std::string_view hash, Timestamp seen_at) = 0;
  /// One that is not there is no error.
  virtual Expected<void> end_session(std::string_view hash, const AuditNote& note) = 0;
  virtual Expected<void> end_sessions(AccountId account, const AuditNote& note) = 0;
  /// Those that were begun, or last seen, before these moments.
  virtual Expected<void> drop_sessions(Timestamp begun_before, Timestamp seen_before) = 0;

  /// Errors: NotFound if the account is gone.
  virtual Expected<TokenId> add_token(const ApiToken& token, const AuditNote& note) = 0;
  virtual Expected<std::optional<ApiToken>> find_token(std::string_view hash) = 0;
  /// In order of id.
  virtual Expected<std::vector<ApiToken>> tokens(AccountId account) = 0;
  /// Errors: NotFound if the account has no such token.
  virtual Expected<void> remove_token(AccountId account, TokenId token, const AuditNote& note) = 0;

  /// A line that comes without a change.
  virtual Expected<void> note(AccountId account, const AuditNote& note) = 0;
  /// The newest lines first; limit 1 .. 1000000.
  virtual Expected<std::vector<AuditEntry>> audit(int limit) = 0;
  /// The number of lines, checked from the first to the last. Errors: DataLoss with the first that is not what it was.
  virtual Expected<std::int64_t> check_audit() = 0;

  static constexpr int kMostSessions = 100;  ///< of an account
};

/// The accounts at an address as open_store takes it: in the database of a server, for all nodes (postgresql://...), or in a file of their
/// own in the library's folder, which need not exist, so that the command line can change them while a server runs (docs/adr/016.md). The
/// file is made with the first account or the first try to sign in. Errors: those of open_store.
Expected<std::unique_ptr<AccountStore>> open_account_store(std::string_view address);

/// The same in a folder.
Expected<std::unique_ptr<AccountStore>> open_account_file(const std::filesystem::path& folder);

}  // namespace cineloom
