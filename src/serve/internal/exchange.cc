#include "serve/internal/exchange.h"

#include <fmt/format.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <exception>

#include "serve/problem.h"

namespace cineloom::serve {
namespace {

namespace http = boost::beast::http;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

// A page of another site that resolves its name to this machine (DNS rebinding) still sends that name.
bool is_own_host(std::string_view host, std::uint16_t port) {
  for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (host == fmt::format("{}:{}", name, port) || (port == 80 && host == name)) return true;
  }
  return false;
}

bool is_own_origin(std::string_view origin, std::uint16_t port) {
  constexpr std::string_view kScheme = "http://";
  return origin.starts_with(kScheme) && is_own_host(origin.substr(kScheme.size()), port);
}

HttpResponse refuse(std::string_view what) {
  return problem(403,
                 Error(ErrorCode::InvalidArgument, fmt::format("requests for {} are refused", what)).advise("open http://127.0.0.1 with this server's port"));
}

void add_security_headers(HttpResponse& response) {
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
                                "base-uri 'none'; frame-ancestors 'none'");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
}

HttpResponse call(const HttpRequest& request, const HttpHandler& handler) {
  try {
    return handler(request);
  } catch (const std::exception& exception) {
    return problem(Error(ErrorCode::Internal, exception.what()));  // a request's last catch: the server goes on
  }
}

}  // namespace

HttpRequest to_request(const http::request<http::string_body>& message) {
  HttpRequest request{.method = std::string(message.method_string()), .body = message.body()};
  if (const auto url = boost::urls::parse_origin_form(message.target())) {
    request.path = url->path();
    for (const auto& parameter : url->params()) request.query[std::string(parameter.key)] = parameter.value;
  }
  for (const auto& field : message) request.headers[lower(field.name_string())] = std::string(field.value());
  return request;
}

http::response<http::string_body> to_message(HttpResponse& response, bool keep_alive) {
  http::response<http::string_body> message(static_cast<http::status>(response.status), 11);
  message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  if (response.is_event_stream) {
    message.set(http::field::cache_control, "no-store");
    return message;
  }
  message.content_length(response.file ? response.file->size : response.body.size());
  message.body() = std::move(response.body);
  return message;
}

HttpResponse too_large(std::uint64_t limit_bytes) {
  return problem(413, Error(ErrorCode::ResourceExhausted, fmt::format("a request may have {} bytes", limit_bytes))
                          .advise("send less at once, or import files from the command line"));
}

std::uint64_t last_event_id(const HttpRequest& request) {
  const std::string_view text = request.header("last-event-id");
  std::uint64_t id = 0;
  std::ignore = std::from_chars(text.data(), text.data() + text.size(), id);  // not a number = from now on
  return id;
}

HttpResponse guard(const HttpRequest& request, std::uint16_t port, const HttpHandler& handler) {
  HttpResponse response;
  if (!is_own_host(request.header("host"), port)) {
    response = refuse("other hosts");
  } else if (!request.header("origin").empty() && !is_own_origin(request.header("origin"), port)) {
    response = refuse("pages of other sites");
  } else {
    response = call(request, handler);
  }
  add_security_headers(response);
  return response;
}

}  // namespace cineloom::serve
