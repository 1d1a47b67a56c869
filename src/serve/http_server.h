#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/expected.h"
#include "serve/admission.h"
#include "serve/event_hub.h"
#include "serve/http.h"
#include "serve/own_names.h"

namespace cineloom::serve {

struct HttpOptions {
  std::string address = "127.0.0.1";                ///< loopback unless the owner says otherwise
  std::uint16_t port = 8787;                        ///< 0 = any free one
  std::uint64_t max_body_bytes = 64ULL << 20U;      ///< larger bodies get 413
  std::uint64_t max_large_bytes = 256ULL << 20U;    ///< of bodies over 64 KiB that are read or worked on at once; more get 503
  std::uint64_t max_small_bytes = 256ULL << 20U;    ///< the same of smaller ones, so that large ones do not keep them out
  std::size_t max_connections = 16'384;             ///< more are closed at once
  std::chrono::seconds idle_timeout{60};            ///< a silent connection is closed after it
  int handler_threads = 0;                          ///< for quick questions; 0 = the cores there are
  std::chrono::seconds drain{5};                    ///< so long requests that came before the stop may take
  AdmissionLimits admission = {};                   ///< threads for quick questions are taken from above
  std::string public_url;  ///< "https://films.example.org[/path]" where a proxy answers for this server and takes the path off; empty = none does
  std::string proxy;  ///< the address of that proxy, which alone is believed about who asks; empty = nobody is
};

/// HTTP/1.1 with keep-alive, byte ranges and server-sent events. Handlers run on two pools of threads (admission.h), never on the one that
/// moves bytes; where there is more to do than can be done in time, requests get 503 with Retry-After at once. A request whose Host or Origin is not this server is refused, so other sites' pages cannot use it.
class HttpServer {
 public:
  /// Listens at once. Errors: Conflict if the port is taken, InvalidArgument for a bad address.
  static Expected<std::unique_ptr<HttpServer>> start(const HttpOptions& options, HttpHandler handler, EventHub& events);
  /// Stops accepting; requests that came get their answers, streams of events a last word, within `drain`; then closes what is left.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Implementation;
  explicit HttpServer(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace cineloom::serve
