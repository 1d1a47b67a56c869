#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "serve/http.h"

namespace cineloom::serve {

/// The names that this server goes by, so that no other site's page can use it: not by a name of its own that leads here (DNS rebinding),
/// and not by asking from its own pages.
class OwnNames {
 public:
  /// Errors: InvalidArgument for an address that is none, or a public address other than "https://name[:port][/path]" or "http://...".
  static Expected<OwnNames> of(const std::string& address, std::uint16_t port, const std::string& public_url);

  /// Why the request is refused; none if it may go on. Links from elsewhere may lead to pages; nothing else comes from other pages.
  [[nodiscard]] std::optional<HttpResponse> check(const HttpRequest& request) const;
  /// Only this machine can ask.
  [[nodiscard]] bool is_loopback() const { return is_loopback_; }
  [[nodiscard]] bool is_https() const { return public_url_.starts_with("https://"); }

  /// Whether a Host header names this server.
  [[nodiscard]] bool is_own_host(std::string_view host) const;

 private:
  [[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view host) const;

  std::uint16_t port_ = 0;
  bool is_loopback_ = true;
  std::string public_url_;  ///< "https://name[:port]"
};

}  // namespace cineloom::serve
