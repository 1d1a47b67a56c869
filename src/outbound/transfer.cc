#include "outbound/transfer.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>

#include "outbound/outbound.h"

namespace cineloom::outbound {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kWakeMilliseconds = 20;

std::atomic<std::uint64_t> sent_to_others = 0;

/// Adds what an exchange has sent, unless it was with this machine.
void count_sent(CURL* easy) {
  const char* address = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
  const std::string_view peer = address == nullptr ? "" : address;
  if (peer.empty() || peer.starts_with("127.") || peer == "::1") return;
  long heads = 0;
  curl_off_t bodies = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &heads);
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &bodies);
  sent_to_others += static_cast<std::uint64_t>(heads) + static_cast<std::uint64_t>(bodies);
}

struct CurlDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using List = std::unique_ptr<curl_slist, CurlDeleter>;

/// What libcurl's callbacks work on.
struct Exchange {
  const HttpCall& call;
  const BodySink& sink;
  CURL* easy = nullptr;
  HttpReply reply;
  std::optional<Error> error;
  Clock::time_point heard = Clock::now();
  bool has_begun = false;
  bool was_out_of_reach = false;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  Exchange& exchange = *static_cast<Exchange*>(user);
  exchange.heard = Clock::now();
  exchange.has_begun = true;
  exchange.reply.body_bytes += size;
  curl_easy_getinfo(exchange.easy, CURLINFO_RESPONSE_CODE, &exchange.reply.status);
  const char* type = nullptr;
  curl_easy_getinfo(exchange.easy, CURLINFO_CONTENT_TYPE, &type);
  exchange.reply.content_type = type == nullptr ? "" : type;
  curl_off_t length = -1;
  curl_easy_getinfo(exchange.easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length >= 0) exchange.reply.whole_bytes = static_cast<std::uint64_t>(length) + (exchange.reply.status == 206 ? exchange.call.resume_from : 0);
  if (exchange.reply.body_bytes > exchange.call.most_bytes) {
    exchange.error = Error(ErrorCode::ResourceExhausted, fmt::format("the server sent more than {} bytes", exchange.call.most_bytes));
    return 0;
  }
  if (auto taken = exchange.sink(exchange.reply, {data, size}); !taken) {
    exchange.error = taken.error();
    return 0;
  }
  return size;
}

/// Asked by libcurl for every connection, with the address that it found: the last word on where one may lead.
curl_socket_t open_within_reach(void* user, curlsocktype, curl_sockaddr* address) {
  Exchange& exchange = *static_cast<Exchange*>(user);
  if (is_within(place_of(address->addr), exchange.call.reach)) return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  exchange.was_out_of_reach = true;  // another address of the name may be within
  return CURL_SOCKET_BAD;
}

Expected<List> list_of(const std::vector<std::string>& lines) {
  List list;
  for (const std::string& line : lines) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return fail(ErrorCode::ResourceExhausted, "no memory for headers");
    list.release();  // the longer list owns it now
    list.reset(longer);
  }
  return list;
}

void set_options(CURL* easy, const HttpCall& call, Exchange& exchange) {
  curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, call.may_redirect ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "cineloom");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.deadlines.connect.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_within_reach);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &exchange);
  // Not libcurl's own resuming, which gives up where a server begins anew.
  if (call.resume_from > 0) curl_easy_setopt(easy, CURLOPT_RANGE, fmt::format("{}-", call.resume_from).c_str());
  if (!call.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.c_str());
  } else if (call.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{0});
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "");
  }
  if (!call.method.empty()) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
}

Expected<void> keep_deadlines(const HttpCall& call, const Exchange& exchange, Clock::time_point begin) {
  const auto now = Clock::now();
  if (now - begin > call.deadlines.total) return fail(ErrorCode::ResourceExhausted, "the server did not finish in the time allowed");
  if (now - exchange.heard > (exchange.has_begun ? call.deadlines.idle : call.deadlines.first_byte))
    return fail(ErrorCode::ResourceExhausted, "the server was silent for too long");
  return {};
}

/// Runs until it is done, asked to stop or late. The result is libcurl's.
Expected<CURLcode> run(CURLM* multi, const HttpCall& call, const Exchange& exchange, const CancelToken& cancel) {
  const auto begin = Clock::now();
  for (int running = 1; running > 0;) {
    CINELOOM_TRY(cancel.check());
    CINELOOM_TRY(keep_deadlines(call, exchange, begin));
    if (curl_multi_perform(multi, &running) != CURLM_OK) return fail(ErrorCode::Internal, "libcurl gave up");
    if (running > 0) curl_multi_poll(multi, nullptr, 0, kWakeMilliseconds, nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  return message == nullptr ? CURLE_OK : message->data.result;
}

bool is_host_local(std::string_view host) { return host == "localhost" || host.starts_with("127.") || host == "[::1]"; }

/// "10.0.0.7" of an address within reach.
std::optional<std::string> usable_address(const addrinfo& entry, Reach reach) {
  if (!is_within(place_of(*entry.ai_addr), reach)) return std::nullopt;
  char text[INET6_ADDRSTRLEN] = {};
  if (entry.ai_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(entry.ai_addr)->sin_addr, text, sizeof(text));
    return text;
  }
  ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(entry.ai_addr)->sin6_addr, text, sizeof(text));
  return fmt::format("[{}]", text);
}

struct UrlParts {
  std::string scheme;
  std::string host;
  std::string port;
};

std::optional<std::string> part_of(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

std::unexpected<Error> bad_url(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

enum class Question { Refused, Allowed };
Expected<UrlParts> parts_of(const std::string& url, Question question = Question::Refused) {
  const std::unique_ptr<CURLU, CurlDeleter> parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return bad_url(fmt::format("'{}' is not an address", url));
  if (part_of(parsed.get(), CURLUPART_USER) || part_of(parsed.get(), CURLUPART_PASSWORD))
    return bad_url("an address must not hold a name or password; keys come from the environment or a file");
  const bool has_question = part_of(parsed.get(), CURLUPART_QUERY).has_value();
  if (part_of(parsed.get(), CURLUPART_FRAGMENT) || (has_question && question == Question::Refused)) return bad_url("an address of a server has no ? and no #");
  UrlParts parts{.scheme = part_of(parsed.get(), CURLUPART_SCHEME).value_or(""),
                 .host = part_of(parsed.get(), CURLUPART_HOST).value_or(""),
                 .port = part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("")};
  std::ranges::transform(parts.host, parts.host.begin(),
                         [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; });
  return parts;
}

/// A host and port with an address of it within one of the reaches; the first of them that one is within.
struct Pinned {
  std::string text;
  Reach reach = Reach::World;
};
Expected<Pinned> pin(const UrlParts& parts, const std::vector<Reach>& reaches) {
  std::string name = parts.host;
  if (name.starts_with('[')) name = name.substr(1, name.size() - 2);
  addrinfo* list = nullptr;
  const addrinfo hints{.ai_socktype = SOCK_STREAM};
  if (::getaddrinfo(name.c_str(), parts.port.c_str(), &hints, &list) != 0)
    return fail(ErrorCode::Unavailable, fmt::format("the host '{}' is not found", parts.host));
  const std::unique_ptr<addrinfo, CurlDeleter> entries(list);
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    for (const Reach reach : reaches) {
      if (const auto address = usable_address(*entry, reach)) return Pinned{.text = fmt::format("{}:{}:{}", name, parts.port, *address), .reach = reach};
    }
  }
  return bad_url(fmt::format("'{}' leads to an address that is not spoken with", parts.host));
}

}  // namespace

std::uint64_t outbound_bytes() { return sent_to_others; }

Expected<HttpReply> transfer(const HttpCall& call, const BodySink& sink, const CancelToken& cancel) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kReady != CURLE_OK) return fail(ErrorCode::Unavailable, "libcurl does not start");
  const std::unique_ptr<CURL, CurlDeleter> easy(curl_easy_init());
  const std::unique_ptr<CURLM, MultiDeleter> multi(curl_multi_init());
  if (!easy || !multi) return fail(ErrorCode::ResourceExhausted, "no memory for a connection");
  Exchange exchange{.call = call, .sink = sink, .easy = easy.get()};
  CINELOOM_TRY_ASSIGN(const List headers, list_of(call.headers));
  CINELOOM_TRY_ASSIGN(const List pins, list_of(call.pinned.empty() ? std::vector<std::string>() : std::vector<std::string>{call.pinned}));
  set_options(easy.get(), call, exchange);
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  if (pins) curl_easy_setopt(easy.get(), CURLOPT_RESOLVE, pins.get());
  curl_multi_add_handle(multi.get(), easy.get());
  const auto code = run(multi.get(), call, exchange, cancel);
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &exchange.reply.status);
  curl_off_t pause = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &pause);
  exchange.reply.retry_after_seconds = pause > 0 ? static_cast<long>(pause) : -1;
  curl_multi_remove_handle(multi.get(), easy.get());
  count_sent(easy.get());
  if (!code) return std::unexpected(code.error());
  if (exchange.error) return std::unexpected(*std::move(exchange.error));
  if (*code != CURLE_OK && exchange.was_out_of_reach) return bad_url("the address leads to a place that is not spoken with");
  if (*code != CURLE_OK)
    return std::unexpected(Error(ErrorCode::Unavailable, fmt::format("the server cannot be reached: {}", curl_easy_strerror(*code)))
                               .advise("see whether it runs and whether its address is right"));
  return exchange.reply;
}

Expected<CheckedUrl> check_url(const std::string& url, const std::vector<std::string>& allowed_hosts, PlainHttp plain) {
  CINELOOM_TRY_ASSIGN(const UrlParts parts, parts_of(url));
  const bool is_local = is_host_local(parts.host);
  const bool may_be_plain = is_local || plain == PlainHttp::PrivateNetworks;
  if (parts.scheme != "https" && !(parts.scheme == "http" && may_be_plain)) return bad_url("expected https, or http to this machine");
  const bool is_allowed = is_local || std::ranges::find(allowed_hosts, parts.host) != allowed_hosts.end();
  if (!is_allowed)
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("'{}' is not among the hosts that may be spoken with", parts.host))
                               .advise("allow the host by name: --allow HOST"));
  CheckedUrl checked{.url = url, .pinned = {}, .is_local = is_local, .is_plain = parts.scheme == "http"};
  while (checked.url.ends_with('/')) checked.url.pop_back();
  CINELOOM_TRY_ASSIGN(const Pinned pinned, pin(parts, {checked.reach()}));
  checked.pinned = pinned.text;
  return checked;
}

Expected<CheckedReceiver> check_receiver(const std::string& url, ReceiverPlace place) {
  CINELOOM_TRY_ASSIGN(const UrlParts parts, parts_of(url, Question::Allowed));
  const bool may_be_private = place == ReceiverPlace::Private;
  if (parts.scheme != "https" && !(parts.scheme == "http" && may_be_private))
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "expected https").advise("a receiver in a private network may have http: allow private addresses"));
  std::vector<Reach> reaches;
  if (may_be_private) reaches = {Reach::ThisMachine, Reach::Inside};
  if (parts.scheme == "https") reaches.push_back(Reach::World);
  auto pinned = pin(parts, reaches);
  if (!pinned && !may_be_private && pinned.error().code() == ErrorCode::InvalidArgument)
    return std::unexpected(std::move(pinned).error().advise("for a receiver in a private network allow private addresses"));
  if (!pinned) return std::unexpected(std::move(pinned).error());
  return CheckedReceiver{.url = url, .pinned = pinned->text, .reach = pinned->reach};
}

}  // namespace cineloom::outbound
