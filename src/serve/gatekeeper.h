#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/accounts.h"
#include "serve/http.h"
#include "store/store.h"

namespace cineloom::serve {

struct GateOptions {
  bool is_household_welcome = true;  ///< without accounts everybody passes: only where nobody but this machine can ask
  bool is_https = false;             ///< the page is reached over TLS: cookies are for that alone
};

/// Finds out who asks, and whether a route lets them in. Outlives nothing of its own; thread-safe.
class Gatekeeper {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  Gatekeeper(accounts::Accounts& accounts, Store& store, const GateOptions& options) : accounts_(accounts), store_(store), options_(options) {}

  /// Fills in the visitor. A refusal: 401 for who must sign in, 403 for who may not, or for a change that did not come from our own page.
  std::optional<HttpResponse> check(HttpRequest& request, const Policy& policy);

  /// What gives a browser its session, with the token that its pages send with changes; and what takes both away.
  [[nodiscard]] Headers cookies_for(std::string_view session_token) const;
  [[nodiscard]] Headers no_cookies() const;

 private:
  Expected<Visitor> visitor_of(const HttpRequest& request);
  Expected<Visitor> visitor_with(const accounts::Pass& pass);
  [[nodiscard]] std::string cookie_name(std::string_view name) const;

  accounts::Accounts& accounts_;
  Store& store_;
  GateOptions options_;
};

/// A 403 with its cause and what to do.
HttpResponse forbidden(std::string why, std::string_view next_step);

/// The header in which a page sends its token with a change.
inline constexpr auto kPageTokenHeader = "x-cineloom-page";

}  // namespace cineloom::serve
