#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>

#include "serve/http.h"
#include "serve/own_names.h"

/// Between Beast's messages and our plain ones.
namespace cineloom::serve {

HttpRequest to_request(boost::beast::http::request<boost::beast::http::string_body> message);
boost::beast::http::response<boost::beast::http::string_body> to_message(HttpResponse& response, bool keep_alive);
HttpResponse too_large(std::uint64_t limit_bytes, const OwnNames& names);
/// To a body for which there is no memory now.
HttpResponse too_many_bodies(const OwnNames& names);
/// The number of the Last-Event-ID header, 0 if absent or not a number.
std::uint64_t last_event_id(const HttpRequest& request);
/// Refuses foreign hosts and origins, turns what a handler throws into a 500, and adds the security headers and the trace.
HttpResponse guard(const HttpRequest& request, const OwnNames& names, const HttpHandler& handler);
/// What every answer says to browsers.
void add_security_headers(HttpResponse& response, const OwnNames& names);
/// Whose request it is: who connected, or, where that is the proxy, who the proxy says it was.
std::string peer_of(const HttpRequest& request, std::string connected, std::string_view proxy);

}  // namespace cineloom::serve
