#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/files.h"
#include "serve/policy.h"

namespace cineloom::serve {

/// One request, decoded: the path without query and with its percent signs resolved, header names in lower case.
struct HttpRequest {
  std::string method;  ///< "GET", "POST", ...
  std::string path;    ///< "/api/v1/films/12"
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;
  std::string body;
  std::map<std::string, std::string> captures;  ///< filled by the router: {film} -> "12"
  std::string peer;                             ///< the address it came from
  Visitor visitor;                              ///< filled by the gatekeeper

  /// The header's value, empty if absent.
  [[nodiscard]] std::string_view header(const std::string& name) const;
  /// The query parameter's value, empty if absent.
  [[nodiscard]] std::string_view parameter(const std::string& name) const;
};

/// A piece of an open file, sent without reading it whole. Answers are copied, so the file is shared by them; the last one closes it.
struct FilePiece {
  std::shared_ptr<const FileDescriptor> file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct HttpResponse;

/// Where a slow answer is written to, piece by piece, from a thread of its own.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;
  /// The answer as a whole, or its head, which pieces follow; one of the two, once.
  virtual void answer(HttpResponse response) = 0;
  virtual void begin(HttpResponse head) = 0;
  virtual void piece(std::string_view bytes) = 0;
  /// Cancelled once the client is gone or the server stops.
  [[nodiscard]] virtual const CancelToken& gone() const = 0;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<FilePiece> file;   ///< sent instead of the body
  bool is_event_stream = false;    ///< the connection becomes a stream of the server's events
  std::string event_scope;         ///< of that stream; ServerEvent
  /// Writes the answer instead, for as long as it takes; it must call `answer` or `begin`.
  std::function<void(ResponseWriter&)> produce;
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace cineloom::serve
