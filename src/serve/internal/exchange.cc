#include "serve/internal/exchange.h"

#include <fmt/format.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cstdio>
#include <exception>

#include "serve/problem.h"
#include "serve/trace_context.h"

namespace cineloom::serve {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kLongestAddress = 45;  // of an IPv6 address in letters

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

HttpResponse call(const HttpRequest& request, const HttpHandler& handler) {
  try {
    return handler(request);
  } catch (const std::exception& exception) {
    return problem(Error(ErrorCode::Internal, exception.what()));  // a request's last catch: the server goes on
  }
}

}  // namespace

HttpRequest to_request(http::request<http::string_body> message) {
  HttpRequest request{.method = std::string(message.method_string()), .body = std::move(message.body())};
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
  for (const auto& [name, value] : response.headers) {
    if (name == "Set-Cookie") {
      message.insert(name, value);
    } else {
      message.set(name, value);
    }
  }
  message.keep_alive(keep_alive);
  if (response.is_event_stream) {
    message.set(http::field::cache_control, "no-store");
    return message;
  }
  message.content_length(response.file ? response.file->size : response.body.size());
  message.body() = std::move(response.body);
  return message;
}

HttpResponse too_large(std::uint64_t limit_bytes, const OwnNames& names) {
  HttpResponse response = problem(413, Error(ErrorCode::ResourceExhausted, fmt::format("a request may have {} bytes", limit_bytes))
                                           .advise("send less at once, or import files from the command line"));
  add_security_headers(response, names);
  return response;
}

HttpResponse too_many_bodies(const OwnNames& names) {
  HttpResponse response =
      problem(Error(ErrorCode::Unavailable, "other requests fill the memory that is there for their bodies").advise("come again in a moment"));
  response.headers.emplace_back("Retry-After", "5");
  add_security_headers(response, names);
  return response;
}

std::uint64_t last_event_id(const HttpRequest& request) {
  const std::string_view text = request.header("last-event-id");
  std::uint64_t id = 0;
  std::ignore = std::from_chars(text.data(), text.data() + text.size(), id);  // not a number = from now on
  return id;
}

HttpResponse guard(const HttpRequest& request, const OwnNames& names, const HttpHandler& handler) {
  HttpResponse response;
  if (auto refusal = names.check(request)) {
    response = *std::move(refusal);
  } else {
    response = call(request, handler);
  }
  add_security_headers(response, names);
  const TraceContext trace = trace_of(request);
  if (response.status == status_of(ErrorCode::Internal))
    std::ignore = std::fputs(fault_line(request, response, trace).c_str(), stderr);  // nobody else could be told
  add_trace(response, trace);
  return response;
}

void add_security_headers(HttpResponse& response, const OwnNames& names) {
  // Scripts, styles and everything else only from this server's own files; styles that the client sets on elements have no file.
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; "
                                "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("X-Frame-Options", "DENY");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=(), microphone=(self), xr-spatial-tracking=(self)");
  if (names.is_https()) response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

std::string peer_of(const HttpRequest& request, std::string connected, std::string_view proxy) {
  if (proxy.empty() || connected != proxy) return connected;
  std::string_view last = request.header("x-forwarded-for");
  last = last.substr(last.rfind(',') + 1);
  while (last.starts_with(' ')) last.remove_prefix(1);
  return last.empty() || last.size() > kLongestAddress ? std::move(connected) : std::string(last);
}

}  // namespace cineloom::serve
