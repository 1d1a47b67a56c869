#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/expected.h"
#include "outbound/reach.h"

/// One HTTP exchange through libcurl.
namespace cineloom::outbound {

/// How long each part of an answer may take.
struct Deadlines {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds first_byte{120'000};
  std::chrono::milliseconds idle{60'000};  ///< between two pieces
  std::chrono::milliseconds total{600'000};
};

struct HttpCall {
  std::string url;
  std::string method = {};               ///< empty = GET without a body, POST with one
  std::string body;
  std::vector<std::string> headers;      ///< "Name: value"
  std::string pinned;                    ///< "host:port:address"; empty = looked up
  Deadlines deadlines;
  std::size_t most_bytes = 16U << 20U;
  std::uint64_t resume_from = 0;
  bool may_redirect = false;             ///< https to https, five times at most
  Reach reach = Reach::World;            ///< checked against every address that is connected to, also after redirects
};

struct HttpReply {
  long status = 0;
  std::string content_type;
  long retry_after_seconds = -1;
  std::uint64_t body_bytes = 0;
  std::uint64_t whole_bytes = 0;  ///< as the server announced, with what is there already; 0 = not said
};

/// Takes the status and pieces of the body as they come. An error ends the exchange and is passed on.
using BodySink = std::function<Expected<void>(const HttpReply& reply, std::string_view bytes)>;

/// Errors: Unavailable if there is no connection; ResourceExhausted over a deadline or the allowed size; Cancelled; those of the sink.
Expected<HttpReply> transfer(const HttpCall& call, const BodySink& sink, const CancelToken& cancel);

/// An address that may be spoken with. Errors: InvalidArgument with the reason.
struct CheckedUrl {
  std::string url;     ///< without a slash at its end
  std::string pinned;  ///< for HttpCall
  bool is_local = false;
  bool is_plain = false;  ///< http
  [[nodiscard]] Reach reach() const {
    if (is_local) return Reach::ThisMachine;
    return is_plain ? Reach::Inside : Reach::Named;
  }
};
/// How far requests may go that anybody on their way can read.
enum class PlainHttp { ThisMachine, PrivateNetworks };
Expected<CheckedUrl> check_url(const std::string& url, const std::vector<std::string>& allowed_hosts, PlainHttp plain = PlainHttp::ThisMachine);

/// Where something is sent that nobody asked for at the moment, by whoever was allowed to name an address.
struct CheckedReceiver {
  std::string url;
  std::string pinned;              ///< for HttpCall
  Reach reach = Reach::World;
};
/// Public: https to the world. Private: this machine and private networks too, and http there.
enum class ReceiverPlace { Public, Private };
/// Looks the host up anew each time, and chooses an address within reach. Errors: InvalidArgument with the reason; Unavailable if the host is
/// not found.
Expected<CheckedReceiver> check_receiver(const std::string& url, ReceiverPlace place);

}  // namespace cineloom::outbound
