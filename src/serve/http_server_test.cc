#include "serve/http_server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/asio.hpp>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.h"

namespace cineloom::serve {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;

class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() {
    auto started = HttpServer::start({.port = 0}, [](const HttpRequest& request) { return HttpResponse{.is_event_stream = request.path == "/events"}; }, hub_);
    EXPECT_TRUE(started) << started.error().describe();
    server_ = *std::move(started);
  }
  tcp::socket unconnected() { return tcp::socket(io_, tcp::v4()); }
  void connect(tcp::socket& socket) const { socket.connect({net::ip::address_v4::loopback(), server_->port()}); }
  void ask(tcp::socket& socket, const std::string& path) const {
    net::write(socket, net::buffer("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_->port()) + "\r\nConnection: close\r\n\r\n"));
  }
  static std::string read_to_end(tcp::socket& socket) {
    std::string text;
    boost::system::error_code end;
    net::read(socket, net::dynamic_buffer(text), end);
    return text;
  }

  net::io_context io_;
  EventHub hub_;
  std::unique_ptr<HttpServer> server_;
};

/// No further file can be opened while this lives.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get());
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;

 private:
  rlimit before_{};
};

TEST_F(HttpServerTest, AListenerWhoDoesNotReadIsLetGoAndToldTheRestLater) {
  constexpr std::size_t kEvents = 40'000;
  const std::string data(1000, 'x');
  tcp::socket lazy = unconnected();
  connect(lazy);
  ask(lazy, "/events");
  std::string begin;
  net::read_until(lazy, net::dynamic_buffer(begin), ": hello");
  for (std::size_t i = 0; i < kEvents; ++i) hub_.publish("job", data);
  const std::string heard = read_to_end(lazy);
  EXPECT_LT(heard.size(), kEvents * data.size() / 2);
  EXPECT_TRUE(heard.ends_with("\n\n")) << "cut within an event";
}

TEST_F(HttpServerTest, WhoLeavesInTheMiddleOfASlowAnswerIsMissedByWhoeverMakesIt) {
  std::promise<void> missed;
  const auto make = [&missed](ResponseWriter& writer) {
    writer.begin({.content_type = "text/event-stream"});
    writer.piece("event: passage\n\n");
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, writer.gone().stop_token(), std::chrono::minutes(1), [] { return false; });
    if (writer.gone().is_cancelled()) missed.set_value();
  };
  const auto slow = *HttpServer::start({.port = 0}, [&make](const HttpRequest&) { return HttpResponse{.produce = make}; }, hub_);
  {
    tcp::socket leaving = unconnected();
    leaving.connect({net::ip::address_v4::loopback(), slow->port()});
    net::write(leaving, net::buffer("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(slow->port()) + "\r\n\r\n"));
    std::string begin;
    net::read_until(leaving, net::dynamic_buffer(begin), "passage");
  }
  EXPECT_EQ(missed.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

TEST_F(HttpServerTest, BodiesThatAreNeverFinishedDoNotFillTheMemory) {
  const auto small = *HttpServer::start(
      {.port = 0, .max_body_bytes = 1U << 20U, .max_large_bytes = 1U << 20U, .max_small_bytes = 1000},
      [](const HttpRequest& request) { return HttpResponse{.body = std::to_string(request.body.size())}; }, hub_);
  const auto begin = [&](tcp::socket& socket, const std::string& length, const std::string& body) {
    socket.connect({net::ip::address_v4::loopback(), small->port()});
    net::write(socket,
               net::buffer("POST / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(small->port()) + "\r\nConnection: close\r\n" + length + "\r\n\r\n" + body));
  };
  tcp::socket holder = unconnected();
  begin(holder, "Content-Length: 1000000", "x");
  const auto answer_to = [&](const std::string& length, const std::string& body) {
    tcp::socket other = unconnected();
    begin(other, length, body);
    return read_to_end(other);
  };
  std::string late = answer_to("Content-Length: 100000", "");
  while (late.starts_with("HTTP/1.1 200")) late = answer_to("Content-Length: 100000", "");  // until the first one's head was read
  EXPECT_TRUE(late.starts_with("HTTP/1.1 503")) << late;
  EXPECT_NE(late.find("Retry-After"), std::string::npos);
  EXPECT_TRUE(answer_to("Content-Length: 3", "abc").ends_with("3")) << "small bodies have their own room";
  EXPECT_TRUE(answer_to("Content-Length: 2000", "").starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(answer_to("Transfer-Encoding: chunked", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").ends_with("5"));
  net::write(holder, net::buffer(std::string(999'999, 'x')));
  EXPECT_TRUE(read_to_end(holder).ends_with("1000000"));
  EXPECT_TRUE(answer_to("Content-Length: 100000", std::string(100'000, 'y')).ends_with("100000")) << "the room came back";
}

TEST_F(HttpServerTest, ABodyForAForeignNameIsNotWaitedFor) {
  tcp::socket foreign = unconnected();
  connect(foreign);
  net::write(foreign, net::buffer(std::string("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1000000\r\n\r\n")));
  EXPECT_TRUE(read_to_end(foreign).starts_with("HTTP/1.1 403"));
}

TEST_F(HttpServerTest, MoreConnectionsThanItMayHoldAreClosedAtOnce) {
  const auto narrow = *HttpServer::start({.port = 0, .max_connections = 1}, [](const HttpRequest&) { return HttpResponse{.body = "here"}; }, hub_);
  const auto ask_it = [&](tcp::socket& socket) {
    socket.connect({net::ip::address_v4::loopback(), narrow->port()});
    net::write(socket, net::buffer("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(narrow->port()) + "\r\n\r\n"));
  };
  tcp::socket first = unconnected();
  ask_it(first);
  std::string head;
  net::read_until(first, net::dynamic_buffer(head), "here");
  tcp::socket second = unconnected();
  ask_it(second);
  EXPECT_EQ(read_to_end(second), "");
}

TEST_F(HttpServerTest, AListenerWhoDoesNotReadIsForgottenByAServerThatStops) {
  auto stopping =
      *HttpServer::start({.port = 0, .drain = std::chrono::seconds(0)}, [](const HttpRequest&) { return HttpResponse{.is_event_stream = true}; }, hub_);
  tcp::socket lazy = unconnected();
  lazy.connect({net::ip::address_v4::loopback(), stopping->port()});
  net::write(lazy, net::buffer("GET /events HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(stopping->port()) + "\r\n\r\n"));
  std::string begin;
  net::read_until(lazy, net::dynamic_buffer(begin), ": hello");
  for (int i = 0; i < 20'000; ++i) hub_.publish("job", std::string(1000, 'x'));
  stopping.reset();
  hub_.publish("job", "nobody is told on a server that is gone");
  EXPECT_EQ(hub_.listener_count(), 0U);
}

TEST_F(HttpServerTest, WhoCameWhileNoFileCouldBeOpenedIsAnsweredAfterwards) {
  std::vector<tcp::socket> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(unconnected());
  {
    const NoMoreFiles none;
    for (tcp::socket& client : clients) connect(client);
  }
  for (tcp::socket& client : clients) {
    ask(client, "/");
    EXPECT_TRUE(read_to_end(client).starts_with("HTTP/1.1 200"));
  }
}

}  // namespace
}  // namespace cineloom::serve
