#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.h"
#include "store/account_store.h"

namespace cineloom::serve {

/// Who a request comes from.
struct Visitor {
  enum class Kind {
    Nobody,     ///< no way in was shown, or one that is over
    Household,  ///< whoever sits at this machine, as long as there are no accounts
    Account
  };
  Kind kind = Kind::Nobody;
  Account account;                ///< for Account
  ViewerId viewer;                ///< the account's own; none before they did anything
  std::vector<Scope> scopes;      ///< of a token
  bool is_session = false;        ///< a browser, not a token
  std::string session_token;      ///< of a browser

  [[nodiscard]] bool is_admin() const { return kind == Kind::Household || (kind == Kind::Account && account.role == Role::Admin); }
  /// Whether they may see what is this viewer's.
  [[nodiscard]] bool may_see(ViewerId whose) const { return is_admin() || (kind == Kind::Account && !whose.is_none() && whose == viewer); }
};

/// Whom a route lets in.
enum class Access {
  Everyone,  ///< also who did not sign in
  Viewer,    ///< every account
  Own,       ///< the account whose viewer the path names as {viewer}, and admins
  Admin
};
BOOST_DESCRIBE_ENUM(Access, Everyone, Viewer, Own, Admin)

/// What a route asks of whoever uses it. There is no default: a route that does not say it does not compile.
class Policy {
 public:
  static constexpr Policy everyone() { return Policy(Access::Everyone, std::nullopt); }
  static constexpr Policy viewer(Scope scope) { return Policy(Access::Viewer, scope); }
  static constexpr Policy own(Scope scope) { return Policy(Access::Own, scope); }
  static constexpr Policy admin(Scope scope) { return Policy(Access::Admin, scope); }
  /// Accounts in a browser only: no token may make tokens or change a password.
  static constexpr Policy signed_in() { return Policy(Access::Viewer, std::nullopt); }
  static constexpr Policy signed_in_own() { return Policy(Access::Own, std::nullopt); }
  static constexpr Policy signed_in_admin() { return Policy(Access::Admin, std::nullopt); }

  [[nodiscard]] constexpr Access access() const { return access_; }
  /// What a token needs; none = a token is not enough, or not needed.
  [[nodiscard]] constexpr std::optional<Scope> scope() const { return scope_; }
  friend bool operator==(const Policy&, const Policy&) = default;

 private:
  constexpr Policy(Access access, std::optional<Scope> scope) : access_(access), scope_(scope) {}
  Access access_;
  std::optional<Scope> scope_;
};

}  // namespace cineloom::serve
