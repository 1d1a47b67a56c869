#include "serve/http_server.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/thread_pool.h"
#include "serve/internal/body_budget.h"
#include "serve/internal/exchange.h"
#include "serve/problem.h"

namespace cineloom::serve {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;

constexpr auto kAwait = net::as_tuple(net::use_awaitable);
constexpr auto kHeartbeat = std::chrono::seconds(15);
constexpr auto kAcceptPause = std::chrono::milliseconds(50);
/// Events that wait for one listener; as many as the hub keeps would be told again.
constexpr std::size_t kMostWaiting = 256;
/// Slow answers at once; more wait for their turn.
constexpr int kProducers = 32;
constexpr std::size_t kFileChunk = 256U << 10U;
constexpr std::uint64_t kSmallBody = 64U << 10U;

/// What a listener wants to hear.
struct EventPlace {
  std::string scope;
  std::uint64_t last_seen = 0;
};

/// Events on their way to one connection; the timer wakes the coroutine that writes them.
struct EventQueue {
  explicit EventQueue(const net::any_io_executor& executor) : wake(executor) {}
  /// Who does not keep up is let go after what waits, and told what was missed when they come back.
  void add(std::string text) {
    is_ending = is_ending || waiting.size() >= kMostWaiting;
    if (!is_ending) waiting.push_back(std::move(text));
    wake.cancel();
  }
  net::steady_timer wake;
  std::deque<std::string> waiting;
  bool is_ending = false;  ///< what waits is the last
};

/// Ends a subscription also where a server that stops throws the coroutine away: nothing may be told to a connection that is gone.
class Unsubscriber {
 public:
  Unsubscriber(EventHub& events, std::uint64_t number) : events_(events), number_(number) {}
  Unsubscriber(const Unsubscriber&) = delete;
  Unsubscriber& operator=(const Unsubscriber&) = delete;
  ~Unsubscriber() { events_.unsubscribe(number_); }

 private:
  EventHub& events_;
  std::uint64_t number_;
};

/// What a stopping server says to those who listen: browsers come back by themselves after that many milliseconds.
constexpr auto kGoodbye = "retry: 2000\nevent: goodbye\ndata: {}\n\n";

/// One connection that is served.
struct Connection {
  explicit Connection(tcp::socket socket) : stream(std::move(socket)) {}
  /// Nothing of a request has come, so it may be closed.
  [[nodiscard]] bool is_idle() {
    char byte = 0;
    return reading != nullptr && !reading->got_some() && ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
  }
  beast::tcp_stream stream;
  const http::basic_parser<true>* reading = nullptr;  ///< while a request is waited for
  std::shared_ptr<EventQueue> events;                 ///< once it is a stream of events
};

Admission::Duration processor_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

AdmissionLimits limits_of(const HttpOptions& options) {
  AdmissionLimits limits = options.admission;
  limits.prompt_threads = options.handler_threads > 0 ? options.handler_threads : available_cores();
  return limits;
}

/// An answer that comes from a thread of its own. Members are the connection's, but for the token and the executor.
class Production final : public ResponseWriter, public std::enable_shared_from_this<Production> {
 public:
  explicit Production(const net::any_io_executor& executor) : wake(executor), executor_(executor), token_(source_.token()) {}

  void answer(HttpResponse response) override { hand_over(std::move(response), true); }
  void begin(HttpResponse first) override { hand_over(std::move(first), false); }
  void piece(std::string_view bytes) override {
    if (bytes.empty() || token_.is_cancelled()) return;
    post([text = std::string(bytes)](Production& self) mutable { self.waiting.push_back(std::move(text)); });
  }
  [[nodiscard]] const CancelToken& gone() const override { return token_; }
  void finish() {
    post([](Production& self) { self.is_done = true; });
  }
  void cancel() { source_.cancel(); }

  net::steady_timer wake;
  std::optional<HttpResponse> head;
  bool is_whole = false;
  std::deque<std::string> waiting;
  bool is_done = false;
  bool is_over = false;  ///< the connection went on or ended; its stream may be gone

 private:
  void hand_over(HttpResponse response, bool is_answer) {
    post([response = std::move(response), is_answer](Production& self) mutable {
      if (self.head) return;
      self.head = std::move(response);
      self.is_whole = is_answer;
    });
  }
  template <class Change>
  void post(Change change) {
    net::post(executor_, [self = shared_from_this(), change = std::move(change)]() mutable {
      change(*self);
      self->wake.cancel();
    });
  }

  net::any_io_executor executor_;
  CancelSource source_;
  CancelToken token_;
};

}  // namespace

struct HttpServer::Implementation {
  Implementation(const HttpOptions& chosen, HttpHandler chosen_handler, EventHub& hub)
      : options(chosen),
        handler(std::move(chosen_handler)),
        events(hub),
        large_bodies(chosen.max_large_bytes),
        small_bodies(chosen.max_small_bytes),
        acceptor(io),
        admission(limits_of(chosen)),
        prompt(limits_of(chosen).prompt_threads),
        patient(limits_of(chosen).patient_threads) {}

  net::awaitable<void> accept();
  net::awaitable<void> serve(tcp::socket socket);
  net::awaitable<void> converse(Connection& connection, const std::string& address);
  net::awaitable<bool> answer_next(Connection& connection, beast::flat_buffer& buffer, const std::string& address);
  net::awaitable<bool> answer_request(Connection& connection, HttpRequest request, bool keep_alive);
  net::awaitable<HttpResponse> handle(HttpRequest request);
  HttpResponse answer(const HttpRequest& request, const Admission::Ticket& ticket);
  HttpResponse refuse(const HttpRequest& request);
  void begin_drain();
  void tell_if_all_gone();
  net::awaitable<bool> send(beast::tcp_stream& stream, const HttpRequest& request, HttpResponse response, bool keep_alive);
  net::awaitable<bool> send_file(beast::tcp_stream& stream, const FilePiece& piece);
  net::awaitable<void> stream_events(Connection& connection, EventPlace from);
  net::awaitable<bool> produce(beast::tcp_stream& stream, const HttpRequest& request, HttpResponse response, bool keep_alive);
  net::awaitable<bool> send_pieces(beast::tcp_stream& stream, const std::shared_ptr<Production>& production);
  static net::awaitable<void> watch(beast::tcp_stream& stream, std::shared_ptr<Production> production);

  HttpOptions options;
  HttpHandler handler;
  EventHub& events;
  BodyBudget large_bodies;  // before io, which takes the coroutines with it: they give their shares back
  BodyBudget small_bodies;
  net::io_context io{1};
  tcp::acceptor acceptor;
  std::uint16_t port = 0;                       // of the acceptor, also when that is closed
  OwnNames names;
  std::set<std::shared_ptr<Production>> productions;  // with the threads that fill them
  std::set<Connection*> connections;            // in the frames of the coroutines that serve them
  int listeners = 0;                            // of those, the streams of events: they ask nothing any more
  bool is_draining = false;
  std::promise<void> all_gone;                  // once draining, with the last connection
  bool is_gone_told = false;
  Admission admission;
  ThreadPool prompt;                            // these end before io: a handler still running may post to it
  ThreadPool patient;
  std::optional<ThreadPool> producers;          // made for the first slow answer
  std::jthread io_thread;
};

net::awaitable<void> HttpServer::Implementation::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kAwait);
    if (error == net::error::operation_aborted) co_return;
    if (error) {  // no file descriptor is left, say: it would fail again at once
      net::steady_timer pause(io, kAcceptPause);
      co_await pause.async_wait(kAwait);
      if (is_draining) co_return;
      continue;
    }
    if (connections.size() < options.max_connections) net::co_spawn(io, serve(std::move(socket)), net::detached);
  }
}

net::awaitable<void> HttpServer::Implementation::serve(tcp::socket socket) {
  boost::system::error_code unknown;  // a peer that is gone already has no address
  const std::string address = socket.remote_endpoint(unknown).address().to_string();
  Connection connection(std::move(socket));
  connections.insert(&connection);
  co_await converse(connection, address);
  boost::system::error_code ignored;  // the other side may be gone already
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  connections.erase(&connection);
  tell_if_all_gone();
}

net::awaitable<void> HttpServer::Implementation::converse(Connection& connection, const std::string& address) {
  beast::flat_buffer buffer;
  while (co_await answer_next(connection, buffer, address)) {}
}

/// Reads a request and answers it; false where the connection ends.
net::awaitable<bool> HttpServer::Implementation::answer_next(Connection& connection, beast::flat_buffer& buffer, const std::string& address) {
  beast::tcp_stream& stream = connection.stream;
  http::request_parser<http::string_body> parser;
  parser.body_limit(options.max_body_bytes);
  stream.expires_after(options.idle_timeout);
  connection.reading = buffer.size() == 0 ? &parser : nullptr;
  if (is_draining && connection.is_idle()) co_return false;  // its last answer was on its way when the others were closed
  auto [error, bytes] = co_await http::async_read_header(stream, buffer, parser, kAwait);
  connection.reading = nullptr;
  const std::uint64_t length = error ? 0 : parser.content_length().value_or(0);
  const bool is_large = length > kSmallBody || parser.chunked();
  BodyShare share(is_large ? large_bodies : small_bodies);
  bool has_room = share.grow_to(length);
  // A foreign name is refused without its body.
  while (!error && has_room && !parser.is_done() && names.is_own_host(std::string_view(parser.get()[http::field::host]))) {
    auto [body_error, body_bytes] = co_await http::async_read_some(stream, buffer, parser, kAwait);
    error = body_error;
    has_room = share.grow_to(parser.get().body().size());
  }
  // Named: gcc 12 destroys temporaries of such a call twice.
  const HttpRequest unread;
  if (error == http::error::body_limit || error == http::error::header_limit || !has_room) {
    HttpResponse refusal = has_room ? too_large(options.max_body_bytes, names) : too_many_bodies(names);
    co_await send(stream, unread, std::move(refusal), false);
    co_return false;
  }
  if (error) co_return false;
  const bool keep_alive = parser.keep_alive() && parser.is_done();
  HttpRequest request = to_request(parser.release());
  request.peer = peer_of(request, address, options.proxy);
  co_return co_await answer_request(connection, std::move(request), keep_alive);
}

net::awaitable<bool> HttpServer::Implementation::answer_request(Connection& connection, HttpRequest request, bool keep_alive) {
  beast::tcp_stream& stream = connection.stream;
  HttpResponse response = co_await handle(request);
  keep_alive = keep_alive && !is_draining;
  if (response.is_event_stream) {
    const EventPlace from{.scope = response.event_scope, .last_seen = last_event_id(request)};
    if (co_await send(stream, request, std::move(response), true)) co_await stream_events(connection, from);
    co_return false;
  }
  if (response.produce) co_return co_await produce(stream, request, std::move(response), keep_alive);
  co_return co_await send(stream, request, std::move(response), keep_alive) && keep_alive;
}

net::awaitable<HttpResponse> HttpServer::Implementation::handle(HttpRequest request) {
  const auto ticket = admission.enter(
      {.method = request.method, .path = request.path, .body_bytes = request.body.size(), .connections = static_cast<int>(connections.size()) - listeners},
      std::chrono::steady_clock::now());
  if (!ticket) co_return refuse(request);
  auto start = [this, &request, &ticket](auto completion) {
    ThreadPool& pool = ticket->lane == Admission::Lane::Prompt ? prompt : patient;
    pool.submit([this, &request, &ticket, completion = std::move(completion)]() mutable {
      HttpResponse response = answer(request, *ticket);
      const auto executor = net::get_associated_executor(completion, io.get_executor());
      net::post(executor, [completion = std::move(completion), response = std::move(response)]() mutable { completion(std::move(response)); });
    });
  };
  co_return co_await net::async_initiate<const net::use_awaitable_t<>, void(HttpResponse)>(start, net::use_awaitable);
}

HttpResponse HttpServer::Implementation::answer(const HttpRequest& request, const Admission::Ticket& ticket) {
  const auto begin = std::chrono::steady_clock::now();
  const auto processor_begin = processor_time();
  if (!admission.is_worth_it(ticket, begin)) {
    admission.finish(ticket, std::nullopt);
    return refuse(request);
  }
  HttpResponse response = guard(request, names, handler);
  admission.finish(ticket, Admission::Cost{std::chrono::steady_clock::now() - begin, processor_time() - processor_begin});
  return response;
}

HttpResponse HttpServer::Implementation::refuse(const HttpRequest& request) {
  return guard(request, names, [this](const HttpRequest&) {
    HttpResponse response = problem(Error(ErrorCode::Unavailable, "there is more to do than can be done in time").advise("come again in a moment"));
    response.headers.emplace_back("Retry-After", std::to_string(admission.retry_after().count()));
    return response;
  });
}

// One that was accepted in the last moment may come and go after the others.
void HttpServer::Implementation::tell_if_all_gone() {
  if (is_draining && connections.empty() && !std::exchange(is_gone_told, true)) all_gone.set_value();
}

void HttpServer::Implementation::begin_drain() {
  is_draining = true;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  for (Connection* connection : connections) {
    if (connection->is_idle()) connection->stream.cancel();
    if (!connection->events) continue;
    connection->events->waiting.emplace_back(kGoodbye);
    connection->events->is_ending = true;
    connection->events->wake.cancel();
  }
  tell_if_all_gone();
}

net::awaitable<bool> HttpServer::Implementation::send(beast::tcp_stream& stream, const HttpRequest& request, HttpResponse response, bool keep_alive) {
  stream.expires_after(options.idle_timeout);
  http::response<http::string_body> message = to_message(response, keep_alive);
  const bool is_head = request.method == "HEAD";
  if (response.file || response.is_event_stream || is_head) {
    http::response<http::empty_body> head(std::move(message.base()));
    http::response_serializer<http::empty_body> serializer(head);
    auto [error, bytes] = co_await http::async_write_header(stream, serializer, kAwait);
    if (error) co_return false;
    if (response.file && !is_head) co_return co_await send_file(stream, *response.file);
    co_return true;
  }
  auto [error, bytes] = co_await http::async_write(stream, message, kAwait);
  co_return !error;
}

net::awaitable<bool> HttpServer::Implementation::send_file(beast::tcp_stream& stream, const FilePiece& piece) {
  std::vector<char> chunk(kFileChunk);
  std::uint64_t offset = piece.offset;
  for (std::uint64_t left = piece.size; left > 0;) {
    const ssize_t read = ::pread(piece.file->get(), chunk.data(), std::min<std::uint64_t>(left, chunk.size()), static_cast<off_t>(offset));
    if (read <= 0) co_return false;  // the file became shorter: the length we promised cannot be met
    const auto got = static_cast<std::size_t>(read);
    stream.expires_after(options.idle_timeout);
    auto [error, bytes] = co_await net::async_write(stream, net::buffer(chunk.data(), got), kAwait);
    if (error) co_return false;
    left -= got;
    offset += got;
  }
  co_return true;
}

net::awaitable<void> HttpServer::Implementation::stream_events(Connection& connection, EventPlace from) {
  const auto executor = co_await net::this_coro::executor;
  // Shared with posts that may still be on their way when the connection ends.
  const auto queue = std::make_shared<EventQueue>(executor);
  const auto tell = [executor, queue](const ServerEvent& event) {
    net::post(executor, [queue, text = event.wire_text()]() mutable { queue->add(std::move(text)); });
  };
  const auto subscription = events.subscribe(from.last_seen, tell, from.scope);
  const Unsubscriber unsubscriber(events, subscription.number);
  connection.events = queue;
  ++listeners;
  queue->waiting.emplace_back(": hello\n\n");
  for (const ServerEvent& event : subscription.missed) queue->waiting.push_back(event.wire_text());
  if (is_draining) {  // it came too late to be told by the others' goodbye
    queue->waiting.emplace_back(kGoodbye);
    queue->is_ending = true;
  }
  while (!queue->waiting.empty() || !queue->is_ending) {
    if (queue->waiting.empty()) {
      queue->wake.expires_after(kHeartbeat);
      auto [woken] = co_await queue->wake.async_wait(kAwait);
      if (!woken) queue->waiting.emplace_back(": alive\n\n");
      continue;
    }
    const std::string text = std::move(queue->waiting.front());
    queue->waiting.pop_front();
    connection.stream.expires_after(options.idle_timeout);
    auto [error, bytes] = co_await net::async_write(connection.stream, net::buffer(text), kAwait);
    if (error) break;
  }
  --listeners;
}

/// Sees a client that closes its connection while it waits; what a client sends ahead of its time is left where it is.
net::awaitable<void> HttpServer::Implementation::watch(beast::tcp_stream& stream, std::shared_ptr<Production> production) {
  auto [error] = co_await stream.socket().async_wait(tcp::socket::wait_read, kAwait);
  if (error == net::error::operation_aborted || production->is_over) co_return;
  char byte = 0;
  const bool is_open = !error && ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  if (!is_open) production->cancel();
}

net::awaitable<bool> HttpServer::Implementation::produce(beast::tcp_stream& stream, const HttpRequest& request, HttpResponse response, bool keep_alive) {
  // Shared with its thread and with posts that may still be on their way when the connection ends.
  const auto production = std::make_shared<Production>(co_await net::this_coro::executor);
  productions.insert(production);
  if (!producers) producers.emplace(kProducers);
  producers->submit([production, work = std::move(response.produce)] {
    try {
      work(*production);
    } catch (const std::exception& exception) {
      production->answer(problem(Error(ErrorCode::Internal, exception.what())));  // a request's last catch: the server goes on
    }
    production->finish();
  });
  net::co_spawn(io, watch(stream, production), net::detached);
  while (!production->head && !production->is_done) {
    production->wake.expires_after(kHeartbeat);
    co_await production->wake.async_wait(kAwait);
  }
  bool is_sent = false;
  if (production->head) {
    HttpResponse head = *std::move(production->head);
    head.headers.insert(head.headers.end(), response.headers.begin(), response.headers.end());
    if (production->is_whole) {
      is_sent = co_await send(stream, request, std::move(head), keep_alive) && keep_alive;
    } else {
      head.headers.emplace_back("Connection", "close");
      head.is_event_stream = true;  // a head without a length, then what comes
      if (co_await send(stream, request, std::move(head), false)) co_await send_pieces(stream, production);
    }
  }
  boost::system::error_code ignored;  // nothing is being waited for if the client is gone
  stream.socket().cancel(ignored);
  production->is_over = true;
  production->cancel();
  productions.erase(production);
  co_return is_sent;
}

net::awaitable<bool> HttpServer::Implementation::send_pieces(beast::tcp_stream& stream, const std::shared_ptr<Production>& production) {
  for (;;) {
    if (production->waiting.empty()) {
      if (production->is_done) co_return true;
      production->wake.expires_after(kHeartbeat);
      co_await production->wake.async_wait(kAwait);
      continue;
    }
    std::string text;
    for (; !production->waiting.empty(); production->waiting.pop_front()) text += production->waiting.front();
    stream.expires_after(options.idle_timeout);
    auto [error, bytes] = co_await net::async_write(stream, net::buffer(text), kAwait);
    if (error) co_return false;
  }
}

HttpServer::HttpServer(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

Expected<std::unique_ptr<HttpServer>> HttpServer::start(const HttpOptions& options, HttpHandler handler, EventHub& events) {
  auto server = std::make_unique<Implementation>(options, std::move(handler), events);
  boost::system::error_code error;
  const auto address = net::ip::make_address(options.address, error);
  if (error) return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is not an address", options.address));
  const tcp::endpoint endpoint(address, options.port);
  server->acceptor.open(endpoint.protocol(), error);
  if (!error) server->acceptor.set_option(net::socket_base::reuse_address(true), error);
  if (!error) server->acceptor.bind(endpoint, error);
  if (!error) server->acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) {
    return std::unexpected(Error(ErrorCode::Conflict, fmt::format("cannot listen on {}:{}: {}", options.address, options.port, error.message()))
                               .advise("stop the program that uses the port, or choose another with --port"));
  }
  server->port = server->acceptor.local_endpoint(error).port();
  CINELOOM_TRY_ASSIGN(server->names, OwnNames::of(options.address, server->port, options.public_url));
  net::co_spawn(server->io, server->accept(), net::detached);
  server->io_thread = std::jthread([io = &server->io] { io->run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(server)));
}

HttpServer::~HttpServer() {
  const auto all_gone = implementation_->all_gone.get_future();
  net::post(implementation_->io, [server = implementation_.get()] { server->begin_drain(); });
  all_gone.wait_for(implementation_->options.drain);
  implementation_->io.stop();
  implementation_->io_thread.join();
  for (const auto& production : implementation_->productions) production->cancel();
}

std::uint16_t HttpServer::port() const { return implementation_->port; }

}  // namespace cineloom::serve
