#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/login_limiter.h"
#include "accounts/slow_lane.h"
#include "base/expected.h"
#include "base/secret.h"
#include "privacy/password.h"
#include "store/account_store.h"

/// The rules of coming in, over an AccountStore.
namespace cineloom::accounts {

struct AccountsOptions {
  privacy::PasswordCost cost;
  LoginLimits login;
  SlowLaneLimits hashing;
  std::filesystem::path program;                  ///< for PasswordWorker, which compares passwords in a process of its own
  std::chrono::hours idle{24 * 7};                ///< after which a session that nobody used ends
  std::chrono::hours longest{24 * 30};            ///< after which every session ends
  std::chrono::milliseconds remembered{1000};     ///< that an answer of the store holds; what another process changes is seen after it
  std::function<Timestamp()> now;                 ///< empty = the system's clock
};

/// A way in that was found good.
struct Pass {
  Account account;
  std::vector<Scope> scopes;   ///< of a token; a session has all
  bool is_session = false;
};

struct NewAccount {
  std::string name;            ///< 1 to 64 letters, no control characters, no space at its ends
  Role role = Role::Viewer;
  Secret password;             ///< 10 letters or more
};

/// What became of a sign-in.
struct SignIn {
  enum class Outcome { Welcome, Wrong, Wait };
  Outcome outcome = Outcome::Wrong;
  std::chrono::seconds wait{0};   ///< for Wait
  Account account;                ///< for Welcome
  Secret token;                   ///< of the session, for Welcome; nowhere else to be had
};

struct NewToken {
  std::string name;
  std::vector<Scope> scopes;                       ///< at least one
  std::optional<std::chrono::days> lifetime;       ///< 1 .. 3650; none = until it is removed
};

/// "read,events".
std::string names_of(std::span<const Scope> scopes);

/// A token as it is shown once.
struct GivenToken {
  TokenId id;
  Secret token;
};

/// Thread-safe. Errors of all calls: those of AccountStore beside those named here. `address` says from where, for limits and the log.
class Accounts {
 public:
  /// `address` as open_account_store takes it: a library's folder, or its server.
  static Expected<std::unique_ptr<Accounts>> open(const std::string& address, AccountsOptions options = {});
  ~Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  enum class Population { Nobody, Somebody };
  /// Whether there are accounts; without any, a library is one household's.
  Expected<Population> population();
  Expected<std::vector<Account>> list();
  /// Errors: NotFound.
  Expected<Account> find(std::string_view name);

  /// Takes a while. Errors: InvalidArgument for a name or password that will not do, or a first account that is no admin; Conflict.
  Expected<Account> add(const NewAccount& account, std::string_view address);
  /// The same as the very first one, an admin. Errors: Conflict if there is one already.
  Expected<Account> add_first(const NewAccount& account, std::string_view address);
  Expected<void> remove(AccountId id, std::string_view address);
  /// Ends the account's sessions. Errors: InvalidArgument for a password that will not do.
  Expected<void> set_password(const Account& account, const Secret& password, std::string_view address);

  /// Takes a while, the same for a wrong password as for a name that nobody has.
  Expected<SignIn> sign_in(const std::string& name, const Secret& password, std::string_view address);
  /// Whether a password is the account's, under the same limits; its token is empty.
  Expected<SignIn> confirm(const Account& account, const Secret& password, std::string_view address);
  /// How long to wait for something secret to be guessed once more; zero = now.
  std::chrono::seconds may_guess(std::string_view what, std::string_view address);

  /// None if there is no such session, or it is over.
  Expected<std::optional<Pass>> by_session(std::string_view token);
  /// None if there is no such token, or its time is over.
  Expected<std::optional<Pass>> by_token(std::string_view token);
  Expected<void> sign_out(std::string_view token, std::string_view address);
  Expected<void> sign_out_everywhere(AccountId account, std::string_view address);

  /// Errors: InvalidArgument for a token without name or scope, or one that would manage for an account that may not.
  Expected<GivenToken> add_token(const Account& account, const NewToken& token, std::string_view address);
  Expected<std::vector<ApiToken>> tokens(AccountId account);
  Expected<void> remove_token(AccountId account, TokenId token, std::string_view address);

  /// The newest lines first.
  Expected<std::vector<AuditEntry>> audit(int limit);
  Expected<std::int64_t> check_audit();
  /// A line of what failed beside the accounts.
  Expected<void> note(AuditAction action, std::string_view address);

 private:
  struct Parts;
  explicit Accounts(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// The value that a page must send with a change, made of the session's token; useless for finding that.
std::string page_token_of(std::string_view session_token);
/// Errors: InvalidArgument, saying what a better one has.
Expected<void> check_password(const Secret& password, std::string_view name);

}  // namespace cineloom::accounts
