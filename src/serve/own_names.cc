#include "serve/own_names.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "serve/problem.h"

namespace cineloom::serve {
namespace {

constexpr std::array<std::string_view, 3> kLoopbackNames = {"127.0.0.1", "localhost", "[::1]"};

bool is_ip4(std::string_view text) {
  in_addr ignored{};
  return ::inet_pton(AF_INET, std::string(text).c_str(), &ignored) == 1;
}

bool is_ip6(std::string_view text) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET6, std::string(text).c_str(), &ignored) == 1;
}

/// A page that came from an address given in numbers came from there: no name could lead it here.
bool is_number(std::string_view name) {
  if (name.starts_with('[') && name.ends_with(']')) return is_ip6(name.substr(1, name.size() - 2));
  return is_ip4(name);
}

/// What stands before the port, if the port is this one.
std::string_view name_of_host(std::string_view host, std::uint16_t port) {
  const std::string end = fmt::format(":{}", port);
  if (host.ends_with(end)) return host.substr(0, host.size() - end.size());
  return port == 80 ? host : std::string_view();
}

/// Empty, or segments of letters, digits and signs that need no encoding.
bool is_plain_path(std::string_view path) {
  return std::ranges::all_of(path, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           std::string_view("-._~/").contains(letter);
  });
}

// A feed's address holds a secret, and what it gives is meant for the pages of other programs.
bool is_feed(const HttpRequest& request) { return request.method == "GET" && request.path.starts_with("/feeds/"); }

/// What pages and programs ask, and nobody opens by a link.
bool is_for_programs(std::string_view path) {
  constexpr std::array<std::string_view, 5> kPlaces = {"/api/", "/v1/", "/media/", "/mcp", "/metrics"};
  return std::ranges::any_of(kPlaces, [path](std::string_view place) { return path.starts_with(place); });
}

HttpResponse refuse(std::string_view what) {
  return problem(403, Error(ErrorCode::InvalidArgument, fmt::format("requests for {} are refused", what))
                          .advise("open http://127.0.0.1 with this server's port, or give the server its name with --public-url"));
}

}  // namespace

Expected<OwnNames> OwnNames::of(const std::string& address, std::uint16_t port, const std::string& public_url) {
  if (!is_ip4(address) && !is_ip6(address)) return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is not an address", address));
  OwnNames names;
  names.port_ = port;
  names.is_loopback_ = (is_ip4(address) && address.starts_with("127.")) || address == "::1";
  const auto after = public_url.find("://");
  const std::string_view scheme = std::string_view(public_url).substr(0, after == std::string::npos ? 0 : after);
  std::string_view name = after == std::string::npos ? "" : std::string_view(public_url).substr(after + 3);
  const std::string_view path = name.substr(std::min(name.find('/'), name.size()));  // the proxy's affair: it takes it off
  name.remove_suffix(path.size());
  names.public_url_ = public_url.substr(0, public_url.size() - path.size());
  const bool is_good = (scheme == "http" || scheme == "https") && !name.empty() && name.find_first_of("@?# ") == std::string_view::npos && is_plain_path(path);
  if (public_url.empty() || is_good) return names;
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is no address that pages have", public_url))
                             .advise("write https:// and a name, and the path below which the proxy serves this: https://films.example.org/cinema"));
}

bool OwnNames::is_own_host(std::string_view host) const {
  if (!public_url_.empty() && host == std::string_view(public_url_).substr(public_url_.find("://") + 3)) return true;
  const std::string_view name = name_of_host(host, port_);
  if (std::ranges::find(kLoopbackNames, name) != kLoopbackNames.end()) return true;
  return !is_loopback_ && is_number(name);
}

bool OwnNames::is_own_origin(std::string_view origin, std::string_view host) const {
  constexpr std::string_view kScheme = "http://";
  if (!public_url_.empty() && origin == public_url_) return true;
  const bool is_public = !public_url_.empty() && origin == "http://" + public_url_.substr(public_url_.find("://") + 3);
  if (!origin.starts_with(kScheme) || is_public) return false;
  const std::string_view from = origin.substr(kScheme.size());
  // This machine has many numbers, but a page asks the one that it came from.
  return is_own_host(from) && (from == host || !is_number(name_of_host(from, port_)) || is_loopback_);
}

std::optional<HttpResponse> OwnNames::check(const HttpRequest& request) const {
  if (!is_own_host(request.header("host"))) return refuse("other hosts");
  if (is_feed(request)) return std::nullopt;
  const std::string_view origin = request.header("origin");
  if (!origin.empty() && !is_own_origin(origin, request.header("host"))) return refuse("pages of other sites");
  const std::string_view site = request.header("sec-fetch-site");
  const bool is_foreign = site == "cross-site" || site == "same-site";
  // A link on another site's page leads to a page, and fills a window: a frame would ask behind the viewer's back.
  const bool is_link = request.method == "GET" && request.header("sec-fetch-mode") == "navigate" && request.header("sec-fetch-dest") == "document" &&
                       !is_for_programs(request.path);
  if (is_foreign && !is_link) return refuse("pages of other sites");
  return std::nullopt;
}

}  // namespace cineloom::serve
