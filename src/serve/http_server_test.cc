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
